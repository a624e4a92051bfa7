import { expect, test } from 'vitest';
import { rpc } from '../harness/rpc.ts';
import { manage, settled } from './harness/browser.ts';
import { useInterface } from './harness/openInterface.ts';
import { codex, managementToken } from './harness/stage.ts';

const ui = useInterface();

/** What typing goes to. */
function focused(): Promise<string | null> {
  return ui.page.evaluate(
    'document.activeElement.labels?.[0]?.textContent ?? document.activeElement.ariaLabel',
  );
}

test('a dialog with a field takes what is typed', async () => {
  await ui.page.goto(`${ui.gateway.origin}/ui/`);
  await ui.page.getByRole('button', { name: 'Sign in' }).first().click();
  await expect.poll(focused).toBe('Management token');
  await ui.page.keyboard.type(managementToken);
  await ui.page.keyboard.press('Enter');
  await ui.page.getByRole('button', { name: /signed in/ }).waitFor();

  await ui.page.keyboard.press('/');
  await expect.poll(focused).toMatch(/^Page, client, server/);
  await ui.page.keyboard.type('clients');
  await ui.page.keyboard.press('Enter');
  await ui.page.waitForURL(`${ui.gateway.origin}/ui/clients`);

  await ui.page.getByRole('button', { name: 'Add a client' }).click();
  await expect.poll(focused).toBe('Id');
  await ui.page.keyboard.press('Escape');
  await ui.page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('a dialog without a field does not focus the button that closes it', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients/codex');
  await ui.page.getByRole('button', { name: 'Remove this client…' }).click();
  const dialog = ui.page.getByRole('dialog');
  await dialog.waitFor();
  await expect.poll(() => ui.page.evaluate('document.activeElement.role')).toBe('dialog');
  await ui.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('a token that is shown once is closed by its own button alone', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients/codex');
  await ui.page.getByRole('button', { name: 'Rotate the token…' }).click();
  await ui.page.getByRole('button', { name: 'Rotate', exact: true }).click();
  const region = ui.page.getByRole('region', { name: 'The token' });
  const token = (await region.textContent()) ?? '';
  await ui.page.keyboard.press('Escape');
  await ui.page.mouse.click(5, 400);
  expect(await ui.page.getByRole('dialog').getByRole('button', { name: 'Close' }).count()).toBe(0);
  expect(await region.textContent()).toBe(token);
  const { body } = await rpc(ui.gateway, { id: codex.id, token }, 'tools/list');
  expect(body.error).toBeUndefined();

  // Leaving the page asks first.
  const asked = ui.page.waitForEvent('dialog');
  const leaving = ui.page.goto(`${ui.gateway.origin}/ui/`).catch(() => null);
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await leaving;
  expect(await region.textContent()).toBe(token);
  await ui.page.getByRole('button', { name: 'I have it' }).click();
  await ui.page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('a message never covers the bar of pending changes', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/servers/toolbox');
  await ui.page.getByRole('tab', { name: 'Settings' }).click();
  await ui.page.getByText('More: timeouts').click();
  await ui.page.getByLabel('Stop when idle for (s)').fill('77');
  await ui.page.getByRole('button', { name: 'Add change' }).click();
  const notice = ui.page.getByRole('button', { name: 'Close this message' });
  await notice.waitFor();
  const message = await notice.boundingBox();
  const bar = await ui.page.getByRole('complementary', { name: 'Pending changes' }).boundingBox();
  expect((message?.y ?? 0) + (message?.height ?? 0)).toBeLessThan(bar?.y ?? 0);
});

test('pending changes leave a narrow page as wide as its window', async () => {
  await ui.page.setViewportSize({ width: 360, height: 740 });
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients/codex');
  await settled(ui.page);
  await ui.page.getByRole('checkbox', { name: 'memory' }).check();
  await ui.page.getByRole('button', { name: 'Review' }).waitFor();
  // The bar has room for four pages; the others are below More.
  for (const name of ['Overview', 'Servers', 'Clients', 'Access', 'Changes', 'Playground', 'Settings']) {
    const link = ui.page.getByRole('navigation').getByRole('link', { name });
    if (await link.isVisible()) await link.click();
    else {
      await ui.page.getByRole('button', { name: /more pages/ }).click();
      await ui.page.getByRole('menuitem', { name }).click();
    }
    await ui.page.getByRole('heading', { level: 1, name }).waitFor();
    await settled(ui.page);
    expect([name, await ui.page.evaluate('document.documentElement.scrollWidth')]).toEqual([name, 360]);
  }
});

test('text has its size in CSS pixels', async () => {
  await ui.page.setViewportSize({ width: 1280, height: 800 });
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients/codex');
  await settled(ui.page);
  await ui.page.getByRole('heading', { name: 'May reach' }).waitFor();
  const sizes = await ui.page.evaluate(
    `['h1', 'main h2', 'body', '.small'].map((one) => getComputedStyle(document.querySelector(one)).fontSize)`,
  );
  expect(sizes).toEqual(['20px', '16px', '14px', '12px']);
});
