import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestGateway } from '../harness/gateway.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import { manage, openBrowser, openPage, settled } from './harness/browser.ts';
import { codex, managementToken, startGateway, vscode } from './harness/stage.ts';

let gateway: TestGateway;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), openBrowser()]);
  await toolNames(gateway, vscode);
});
afterAll(async () => {
  await browser.close();
  await gateway[Symbol.asyncDispose]();
});
beforeEach(async () => {
  ({ page } = await openPage(browser, gateway.origin));
});
afterEach(() => page.context().close());

const rows = (): ReturnType<Page['locator']> =>
  page.getByRole('region', { name: 'Events, newest first' }).locator('li');

test('a call appears while one looks, with its names; the interface’s own traffic does not', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/live');
  await settled(page);
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'Ada' });
  await rows().filter({ hasText: 'vscode→toolbox→greet' }).first().waitFor();
  expect(await rows().filter({ hasText: 'Management sign-in' }).count()).toBe(0);
});

test('read-only, the same call has no client’s name', async () => {
  await page.goto(`${gateway.origin}/ui/live?event=tool_authz`);
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'Ada' });
  await rows().first().waitFor();
  expect(await page.locator('main').textContent()).not.toContain('vscode');
});

test('filters stand in the address and survive a reload', async () => {
  await callTool(gateway, codex, 'toolbox__greet', { name: 'Ada' });
  await manage(page, gateway.origin, managementToken, '/ui/live');
  await page.getByLabel('Result').selectOption('false');
  await page.getByLabel('Client', { exact: true }).fill('codex');
  await page.getByLabel('Client', { exact: true }).press('Enter');
  await page.waitForURL(/allowed=false/);
  await page.waitForURL(/client=codex/);
  await page.reload();
  await rows().first().waitFor();
  expect(await page.getByLabel('Client', { exact: true }).inputValue()).toBe('codex');
  for (const text of await rows().allTextContents()) expect(text).toContain('codex');
});

test('paused, new events wait behind a count', async () => {
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'before' });
  await manage(page, gateway.origin, managementToken, '/ui/live?event=tool_authz');
  await rows().first().waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  const before = await rows().count();
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'after' });
  await page.getByRole('button', { name: '1 new' }).waitFor();
  expect(await rows().count()).toBe(before);
  await page.getByRole('button', { name: '1 new' }).click();
  await page.getByRole('button', { name: '1 new' }).waitFor({ state: 'hidden' });
  expect(await rows().count()).toBe(before + 1);
});

test('while the gateway is away the page says so; back, it catches up without a gap', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/live');
  await settled(page);
  await gateway.stop();
  await page.getByText('The gateway does not answer', { exact: true }).waitFor();
  await gateway.run();
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'while away' });
  await page.getByText('The gateway does not answer', { exact: true }).waitFor({ state: 'hidden' });
  await page.getByText('decisions as they happen').waitFor();
  await rows().filter({ hasText: 'Log closed' }).first().waitFor();
  await rows().filter({ hasText: 'Log opened' }).first().waitFor();
  expect(await page.locator('main').textContent()).not.toContain('are in the audit log only');
});
