import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { root, type TestGateway } from '../harness/gateway.ts';
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

test('ten thousand events: what is read stays still, the list stays small, and the page answers', async () => {
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'before' });
  await manage(page, gateway.origin, managementToken, '/ui/live');
  await rows().first().waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  const before = await rows().allTextContents();
  const drawn = [before.length];
  // An allowed call leaves four lines: one for each decision and one for how it ended.
  for (let batch = 0; batch < 50; batch += 1) {
    await Promise.all(
      Array.from({ length: 51 }, () => callTool(gateway, vscode, 'toolbox__greet', { name: 'Ada' })),
    );
    drawn.push(await rows().count());
  }
  await page.getByRole('button', { name: '10,000 new' }).waitFor();
  expect(await rows().allTextContents()).toEqual(before);
  await page.getByRole('button', { name: '10,000 new' }).click();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('10,000 events, the newest 10,000 are kept').waitFor();
  expect(await page.locator('main').textContent()).not.toContain('are in the audit log only');

  const list = page.getByRole('region', { name: 'Events, newest first' });
  await list.press('End');
  await expect.poll(() => rows().filter({ hasText: 'greet' }).count()).toBeGreaterThan(0);
  drawn.push(await rows().count());
  await rows().last().getByRole('button').first().click();
  await page
    .getByRole('dialog')
    .getByText('Call finished')
    .or(page.getByRole('dialog').getByText('Line'))
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Result').selectOption('false');
  await page.getByText('No event here matches these filters').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await rows().first().waitFor();
  drawn.push(await rows().count());
  expect(Math.max(...drawn)).toBeLessThan(60);
});

/** The files of all pages, and what those import. */
function partsOfPages(): string[] {
  const built = join(root, 'web/build/_app/immutable');
  const files = ['nodes', 'chunks'].flatMap((kind) =>
    readdirSync(join(built, kind))
      .filter((name) => name.endsWith('.js'))
      .map((name) => ({ kind, name, text: readFileSync(join(built, kind, name), 'utf8') })),
  );
  const isImported = (name: string): boolean => files.some(({ text }) => text.includes(name));
  return files.filter(({ kind, name }) => kind === 'nodes' || isImported(name)).map(({ name }) => name);
}

test('a gateway that goes away leaves every page to be opened, and what failed meanwhile comes by itself', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/live');
  const parts = partsOfPages();
  const fetched = `performance.getEntriesByType('resource').map(({ name }) => name.slice(name.lastIndexOf('/') + 1))`;
  await expect.poll(() => page.evaluate<string[]>(fetched)).toEqual(expect.arrayContaining(parts));
  await gateway.stop('SIGKILL');
  await page.getByText('The gateway does not answer', { exact: true }).waitFor();
  for (const name of ['Overview', 'Clients', 'Servers', 'Audit', 'Try', 'Changes', 'Access']) {
    await page.getByRole('navigation').getByRole('link', { name }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    expect(await page.getByText('This page could not be shown').count()).toBe(0);
    expect(await page.locator('main').textContent()).toContain('The gateway does not answer');
  }
  await page.getByText('Could not load the access matrix').waitFor();
  await gateway.run();
  await page
    .getByRole('gridcell')
    .getByRole('button', { name: /^vscode, toolbox/ })
    .waitFor();
  await page.getByText('Could not load the access matrix').waitFor({ state: 'hidden' });
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
