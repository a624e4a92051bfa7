import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../harness/gateway.ts';
import { manage as ask } from '../harness/management.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import {
  accessibilityProblems,
  manage,
  openPage,
  overflow,
  screenshot,
  settled,
  sharedBrowser,
} from './harness/browser.ts';
import { openInterface, type OpenInterface } from './harness/openInterface.ts';
import { codex, managementToken, vscode } from './harness/stage.ts';

let opened: OpenInterface;
let gateway: TestGateway;
let page: Page;

beforeAll(async () => {
  opened = await openInterface(async (started) => {
    await toolNames(started, vscode);
    for (let turn = 0; turn < 5; turn += 1)
      await callTool(started, vscode, 'toolbox__greet', { name: 'Ada' });
    await callTool(started, vscode, 'toolbox__erase');
    await callTool(started, codex, 'memory__read_graph');
  });
  ({ gateway, page } = opened);
});
afterAll(() => opened.close());

const tile = (name: RegExp): ReturnType<Page['getByRole']> =>
  page.getByRole('list', { name: 'Counts' }).getByRole('link', { name });
const denied = (): ReturnType<Page['getByRole']> => page.getByRole('region', { name: 'Denied' });
const group = (names: string): ReturnType<Page['locator']> =>
  denied().getByRole('listitem').filter({ hasText: names });

test('what happened is counted from the log, grouped, and leads to the calls', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/');
  await page.getByText('All systems normal').waitFor();
  await tile(/^Calls 5/).waitFor();
  await tile(/^Denied 2/).waitFor();
  await group('vscode → toolbox → erase').waitFor();
  await page.getByRole('link', { name: /vscode\s*→\s*toolbox.*5 calls/ }).waitFor();
  for (const theme of ['Dark', 'Light']) {
    await page.getByRole('button', { name: theme }).click();
    await page.mouse.move(0, 0);
    await screenshot(page, `overview-${theme.toLowerCase()}`);
    expect([theme, await accessibilityProblems(page)]).toEqual([theme, []]);
  }
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await settled(page);
    await screenshot(page, `overview-${width}`);
    expect([width, await overflow(page)]).toEqual([width, 0]);
  }
  await tile(/^Denied 2/).click();
  await page.getByText('2 rows', { exact: true }).waitFor();
});

test('a restart changes no count', async () => {
  await gateway.stop();
  await gateway.run();
  await page.goto(`${gateway.origin}/ui/?range=24h`);
  await tile(/^Calls 5/).waitFor();
  await page.getByRole('button', { name: 'Last 24 hours', pressed: true }).waitFor();
  opened.complaints.length = 0; // The browser reports in its console what it asked while no gateway ran.
});

test('denials stay where they are under the pointer, and are allowed from here', async () => {
  const names = (): Promise<string[]> => denied().locator('.names').allTextContents();
  await denied().getByRole('button', { name: 'Allow… vscode → toolbox → erase' }).hover();
  const before = await names();
  await callTool(gateway, vscode, 'toolbox__nonesuch');
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'Ada' });
  await tile(/^Calls 6/).waitFor();
  expect(await names()).toEqual(before);
  await page.mouse.move(0, 0);
  await group('vscode → toolbox → nonesuch').waitFor();
  await denied().getByRole('button', { name: 'Allow… vscode → toolbox → erase' }).click();
  await page.getByText('1 change pending', { exact: true }).waitFor();
});

test('a server that begins to fail moves nothing under the pointer, and is told in both lines of state', async () => {
  await page.getByRole('heading', { name: 'Overview' }).click();
  const allow = denied().getByRole('button', { name: 'Allow… vscode → toolbox → erase' });
  await allow.hover();
  const place = await allow.boundingBox();
  const slack = { transport: 'stdio', command: process.execPath, args: ['-e', 'process.exit(3)'] };
  const patch = { servers: { slack } };
  const { body } = await ask(gateway, managementToken, '/registry/apply', { body: { patch } });
  expect(body).toMatchObject({ applied: true });
  await ask(gateway, managementToken, '/management/servers/slack/test', { body: {} });
  await page.locator('main .state').getByRole('link', { name: '1 server failing' }).waitFor();
  await page.getByRole('banner').getByRole('link', { name: '1 server failing' }).waitFor();
  expect(await allow.boundingBox()).toEqual(place);
  const attention = page.getByRole('region', { name: 'Needs attention' });
  expect(await attention.count()).toBe(0);
  await page.mouse.move(0, 0);
  await attention.getByText('slack').first().waitFor();
  await page.locator('main .state').getByRole('link', { name: '1 server failing' }).click();
  await page.waitForURL('**/ui/servers/slack');
});

test('what leaves the range is no longer counted, also while nothing happens', async () => {
  const { page: other } = await openPage(await sharedBrowser(), gateway.origin);
  await other.clock.install();
  await manage(other, gateway.origin, managementToken, '/ui/');
  await other.getByRole('list', { name: 'Counts' }).waitFor();
  const counted = other.waitForResponse((response) => response.url().includes('/management/overview'));
  await other.clock.fastForward(60_000);
  expect((await counted).ok()).toBe(true);
  await other.context().close();
});
