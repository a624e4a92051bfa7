import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../harness/gateway.ts';
import { rpc } from '../harness/rpc.ts';
import { manage, settled } from './harness/browser.ts';
import { openInterface, type OpenInterface } from './harness/openInterface.ts';
import { codex, managementToken } from './harness/stage.ts';

let opened: OpenInterface;
let gateway: TestGateway;
let page: Page;

beforeAll(async () => {
  opened = await openInterface();
  ({ gateway, page } = opened);
});
afterAll(() => opened.close());

/** What typing goes to. */
function focused(): Promise<string | null> {
  return page.evaluate('document.activeElement.labels?.[0]?.textContent ?? document.activeElement.ariaLabel');
}

test('a dialog with a field takes what is typed', async () => {
  await page.goto(`${gateway.origin}/ui/`);
  await page.getByRole('button', { name: 'Sign in' }).first().click();
  await expect.poll(focused).toBe('Management token');
  await page.keyboard.type(managementToken);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /signed in/ }).waitFor();

  await page.keyboard.press('/');
  await expect.poll(focused).toMatch(/^Page, client, server/);
  await page.keyboard.type('clients');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${gateway.origin}/ui/clients`);

  await page.getByRole('button', { name: 'Add a client' }).click();
  await expect.poll(focused).toBe('Id');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('a dialog without a field does not focus the button that closes it', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await page.getByRole('button', { name: 'Remove this client…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await expect.poll(() => page.evaluate('document.activeElement.role')).toBe('dialog');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('a token that is shown once is closed by its own button alone', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await page.getByRole('button', { name: 'Rotate the token…' }).click();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  const region = page.getByRole('region', { name: 'The token' });
  const token = (await region.textContent()) ?? '';
  await page.keyboard.press('Escape');
  await page.mouse.click(5, 400);
  expect(await page.getByRole('dialog').getByRole('button', { name: 'Close' }).count()).toBe(0);
  expect(await region.textContent()).toBe(token);
  const { body } = await rpc(gateway, { id: codex.id, token }, 'tools/list');
  expect(body.error).toBeUndefined();

  // Leaving the page asks first.
  const asked = page.waitForEvent('dialog');
  const leaving = page.goto(`${gateway.origin}/ui/`).catch(() => null);
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await leaving;
  expect(await region.textContent()).toBe(token);
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('a message never covers the bar of pending changes', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/servers/toolbox');
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByText('More: timeouts').click();
  await page.getByLabel('Stop when idle for (s)').fill('77');
  await page.getByRole('button', { name: 'Add change' }).click();
  const notice = page.getByRole('button', { name: 'Close this message' });
  await notice.waitFor();
  const message = await notice.boundingBox();
  const bar = await page.getByRole('complementary', { name: 'Pending changes' }).boundingBox();
  expect((message?.y ?? 0) + (message?.height ?? 0)).toBeLessThan(bar?.y ?? 0);
});

test('pending changes leave a narrow page as wide as its window', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await settled(page);
  await page.getByRole('checkbox', { name: 'memory' }).check();
  await page.getByRole('button', { name: 'Review' }).waitFor();
  for (const path of ['/ui/', '/ui/servers', '/ui/clients', '/ui/access', '/ui/changes']) {
    await page.locator(`nav a[href="${path}"]`).click();
    await settled(page);
    expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 360]);
  }
});

test('text has its size in CSS pixels', async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await settled(page);
  await page.getByRole('heading', { name: 'May reach' }).waitFor();
  const sizes = await page.evaluate(
    `['h1', 'main h2', 'body', '.small'].map((one) => getComputedStyle(document.querySelector(one)).fontSize)`,
  );
  expect(sizes).toEqual(['20px', '16px', '14px', '12px']);
});
