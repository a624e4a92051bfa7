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

  // Neither does Search open above it, nor a link or Back within the interface take it away.
  await ui.page.keyboard.press('/');
  expect(await ui.page.getByRole('dialog').count()).toBe(1);
  await ui.page.locator('nav a', { hasText: 'Servers' }).first().dispatchEvent('click');
  await ui.page.getByText('Copy the token, then confirm it below').waitFor();
  expect(await region.textContent()).toBe(token);

  // Leaving the page asks first.
  const asked = ui.page.waitForEvent('dialog');
  const leaving = ui.page.goto(`${ui.gateway.origin}/ui/`).catch(() => null);
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await leaving;
  expect(await region.textContent()).toBe(token);
  await ui.page.getByRole('button', { name: 'I copied it' }).click();
  await ui.page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('a message covers nothing and moves nothing', async () => {
  for (const width of [1280, 360]) {
    await ui.page.setViewportSize({ width, height: 800 });
    await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients/codex');
    await ui.page.getByRole('checkbox', { name: 'memory' }).check();
    const bar = ui.page.getByRole('complementary', { name: 'Pending changes' });
    const heading = ui.page.getByRole('heading', { level: 1 });
    await bar.waitFor();
    const before = await heading.boundingBox();
    await bar.getByRole('button', { name: 'Discard' }).click();
    const message = ui.page.getByText('Discarded: 1 pending change');
    await message.waitFor();
    expect(await heading.boundingBox()).toEqual(before);
    await ui.page.getByRole('button', { name: 'Undo' }).click();
    await bar.waitFor();
    await message.waitFor({ state: 'hidden' });
    await bar.getByRole('button', { name: 'Discard' }).click();
    await message.waitFor();
    await ui.page.getByRole('checkbox', { name: 'memory' }).check();
    await bar.waitFor();
    // The parts of the frame lie beside each other: the message, the page, the bar and the navigation.
    const covered = await ui.page.evaluate<string[]>(`(() => {
      const parts = ['.notices', 'main', 'aside[aria-label="Pending changes"]', 'nav', 'header.bar'];
      const boxes = parts.map((part) => [part, document.querySelector(part).getBoundingClientRect()]);
      return boxes.flatMap(([one, a], index) =>
        boxes.slice(index + 1).flatMap(([other, b]) =>
          a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1 ? [one + ' ' + other] : []));
    })()`);
    expect([width, covered]).toEqual([width, []]);
    await bar.getByRole('button', { name: 'Discard' }).click();
  }
  await ui.page.setViewportSize({ width: 1280, height: 800 });
});

test('tables sort by their heads, by keyboard, and tell it', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients');
  const table = ui.page.getByRole('table', { name: 'Clients' });
  const names = (): Promise<string[]> => table.getByRole('rowheader').getByRole('link').allInnerTexts();
  const head = table.getByRole('columnheader', { name: 'Client', exact: true });
  await table.waitFor();
  expect(await names()).toEqual(['vscode', 'codex']);
  await head.getByRole('button').focus();
  await ui.page.keyboard.press('Enter');
  await expect.poll(names).toEqual(['codex', 'vscode']);
  expect(await head.getAttribute('aria-sort')).toBe('ascending');
  await ui.page.keyboard.press('Enter');
  await expect.poll(names).toEqual(['vscode', 'codex']);
  expect(await head.getAttribute('aria-sort')).toBe('descending');
  await ui.page.keyboard.press('Enter');
  expect(await head.getAttribute('aria-sort')).toBeNull();
  // A row is a link wherever it is pressed.
  await table.getByRole('row').filter({ hasText: 'vscode' }).click();
  await ui.page.getByRole('heading', { level: 1, name: 'vscode' }).waitFor();
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
  await ui.page.getByRole('heading', { name: 'Allowed servers' }).waitFor();
  const sizes = await ui.page.evaluate(
    `['h1', 'main h2', 'body', '.small'].map((one) => getComputedStyle(document.querySelector(one)).fontSize)`,
  );
  expect(sizes).toEqual(['20px', '16px', '14px', '12px']);
});
