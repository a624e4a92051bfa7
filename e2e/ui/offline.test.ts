import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { root, type TestGateway } from '../harness/gateway.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import { closePages, manage, openPage, settled, sharedBrowser } from './harness/browser.ts';
import { managementToken, startGateway, vscode } from './harness/stage.ts';

let gateway: TestGateway;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), sharedBrowser()]);
  await toolNames(gateway, vscode);
});
afterAll(async () => {
  await closePages(browser);
  await gateway[Symbol.asyncDispose]();
});
beforeEach(async () => {
  ({ page } = await openPage(browser, gateway.origin));
});
afterEach(() => page.context().close());

const rows = (): ReturnType<Page['locator']> =>
  page.getByRole('region', { name: 'Activity, newest first' }).locator('li');

/** The files of all pages, and what those import; not what a page loads once something on it is opened. */
function partsOfPages(): string[] {
  const built = join(root, 'web/build/_app/immutable');
  const files = ['nodes', 'chunks'].flatMap((kind) =>
    readdirSync(join(built, kind))
      .filter((name) => name.endsWith('.js'))
      .map((name) => ({ kind, name, text: readFileSync(join(built, kind, name), 'utf8') })),
  );
  const isImported = (name: string): boolean => {
    const imported = new RegExp(`(?:from|import)\\s*["'][^"']*${name.replaceAll('.', '\\.')}`);
    return files.some(({ text }) => imported.test(text));
  };
  return files.filter(({ kind, name }) => kind === 'nodes' || isImported(name)).map(({ name }) => name);
}

test('a gateway that goes away leaves every page to be opened, and what failed meanwhile comes by itself', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/activity');
  const parts = partsOfPages();
  const fetched = `performance.getEntriesByType('resource').map(({ name }) => name.slice(name.lastIndexOf('/') + 1))`;
  await expect.poll(() => page.evaluate<string[]>(fetched)).toEqual(expect.arrayContaining(parts));
  await gateway.stop('SIGKILL');
  await page.getByText('The gateway does not answer', { exact: true }).waitFor();
  for (const name of ['Overview', 'Clients', 'Servers', 'Activity', 'Playground', 'Changes', 'Access']) {
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
  await manage(page, gateway.origin, managementToken, '/ui/activity');
  await settled(page);
  await gateway.stop();
  await page.getByText('The gateway does not answer', { exact: true }).waitFor();
  await gateway.run();
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'while away' });
  await page.getByText('The gateway does not answer', { exact: true }).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Follow', pressed: true }).waitFor();
  await rows().filter({ hasText: 'Log closed' }).first().waitFor();
  await rows().filter({ hasText: 'Log opened' }).first().waitFor();
  expect(await page.locator('main').textContent()).not.toContain('while this page was not connected');
});
