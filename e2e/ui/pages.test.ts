import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { pages as routes } from '../../web/src/lib/domain/pages.ts';
import { longRun } from '../harness/atScale.ts';
import type { TestGateway } from '../harness/gateway.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import {
  accessibilityProblems,
  closePages,
  manage,
  openPage,
  overflow,
  screenshot,
  settled,
  sharedBrowser,
  type WatchedPage,
} from './harness/browser.ts';
import { managementToken, startGateway, vscode } from './harness/stage.ts';
import { smallTargets } from './harness/targets.ts';

/** As web/src/lib/views/everyPage.ts has it; milliseconds. */
const fetchedAfterMs = 1_500;
/** What stands for the parts of a route, and the queries that fill a page. */
const examples: readonly (readonly [part: string, example: string])[] = [
  ['[client]', 'vscode'],
  ['[server]', 'toolbox'],
  ['/try', '/try?client=vscode&server=toolbox'],
];
const pages: readonly (readonly [name: string, path: string])[] = routes.map(({ route }) => [
  route.match(/\w+/g)?.join('-') ?? 'overview',
  `/ui${examples.reduce<string>((path, [part, example]) => path.replace(part, example), route)}`,
]);
let gateway: TestGateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), sharedBrowser()]);
  await toolNames(gateway, vscode);
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'Ada' });
  await callTool(gateway, vscode, 'toolbox__erase');
  await callTool(gateway, vscode, 'memory__read_graph');
});
afterAll(async () => {
  await closePages(browser);
  await gateway[Symbol.asyncDispose]();
});

describe.each(['signed in', 'read-only'] as const)('%s', (mode) => {
  let watched: WatchedPage;

  beforeAll(async () => {
    watched = await openPage(browser, gateway.origin);
    if (mode === 'signed in') await manage(watched.page, gateway.origin, managementToken, '/ui/');
  });
  afterAll(() => watched.page.context().close());

  test.each(pages)('%s: no complaint, and no barrier in either theme', async (name, path) => {
    const { page, complaints } = watched;
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${gateway.origin}${path}`);
    await settled(page);
    const themes = ['light', 'dark'].slice(0, mode === 'signed in' || longRun ? 2 : 1);
    for (const theme of themes) {
      const other = page.getByRole('button', { name: theme === 'light' ? 'Light' : 'Dark' });
      if (await other.isVisible()) await other.click();
      await page.mouse.move(0, 0);
      if (longRun) await screenshot(page, `${name}-${mode}-${theme}`);
      expect([theme, await accessibilityProblems(page)]).toEqual([theme, []]);
    }
    expect(complaints).toEqual([]);
  });

  // In the long run with screenshots, and signed out too: the pages hold a part of the same components then.
  test.each(mode === 'signed in' || longRun ? pages : pages.slice(0, 1))(
    '%s: not wider than the window at 360, 768, 1024, 1440 and 1920 px; what is pressed has 32 px at 360',
    async (name, path) => {
      const { page, complaints } = watched;
      await page.goto(`${gateway.origin}${path}`);
      await settled(page);
      for (const width of [360, 768, 1024, 1440, 1920]) {
        await page.setViewportSize({ width, height: 740 });
        await settled(page);
        if (longRun && mode === 'signed in' && width !== 1440) await screenshot(page, `${name}-${width}`);
        expect([width, await overflow(page)]).toEqual([width, 0]);
        if (width === 360) expect(await smallTargets(page)).toEqual([]);
      }
      expect(complaints).toEqual([]);
    },
  );
});

test('signed out, the chart counts calls and denials of the last hour, and its bars lead to them', async () => {
  const { page, complaints } = await openPage(browser, gateway.origin, { timezoneId: 'Asia/Kolkata' });
  await page.goto(`${gateway.origin}/ui/`);
  const bars = page.getByRole('toolbar', { name: 'Rows over time' }).getByRole('button');
  await bars.first().waitFor();
  const labels = await Promise.all((await bars.all()).map((bar) => bar.getAttribute('aria-label')));
  const sum = (what: RegExp): number =>
    labels.reduce((total, label) => total + Number(what.exec(label ?? '')?.[1] ?? 0), 0);
  const lines = await gateway.audit();
  expect(sum(/(\d+) ok/)).toBe(
    lines.filter(({ event, allowed }) => event === 'tool_authz' && allowed).length,
  );
  expect(sum(/(\d+) denied/)).toBe(2);
  await bars
    .filter({ has: page.locator('span') })
    .last()
    .click();
  await page.getByRole('heading', { name: 'Activity' }).waitFor();
  await page.getByRole('region', { name: 'Activity, newest first' }).locator('li').first().waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the first page asks for less than 150 KB of compressed JavaScript', async () => {
  const { page } = await openPage(browser, gateway.origin);
  // A while after the start the other pages are fetched as well, for the case that the gateway goes away: not here.
  await page.addInitScript(`
    const later = window.setTimeout;
    window.setTimeout = (work, ms, ...rest) => (ms === ${fetchedAfterMs} ? 0 : later(work, ms, ...rest));
  `);
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js')) bodies.push(response.body());
  });
  await page.goto(`${gateway.origin}/ui/`);
  await settled(page);
  await page.waitForLoadState('load');
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
  await page.context().close();
});

test('inline code does not run: the policy the page is served with forbids it', async () => {
  const { page } = await openPage(browser, gateway.origin);
  const response = await page.goto(`${gateway.origin}/ui/activity`);
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
  const ran = await page.evaluate<boolean>(`(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    return 'ran' in window;
  })()`);
  expect(ran).toBe(false);
  await page.context().close();
});

test('a path that is not a page says so and leads back', async () => {
  const { page } = await openPage(browser, gateway.origin);
  await page.goto(`${gateway.origin}/ui/nowhere`);
  await page.getByText('Page not found').waitFor();
  await page.getByRole('link', { name: 'Go to the overview' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.context().close();
});

test('without a management token the interface explains how to enable management, and asks for nothing', async () => {
  await using closed = await startGateway(false);
  const { page, complaints } = await openPage(browser, closed.origin);
  await page.goto(`${closed.origin}/ui/access`);
  await page.getByText('lmcp management enable').waitFor();
  await page.getByRole('button', { name: 'Sign in to manage' }).click();
  await page.getByRole('dialog').getByText('lmcp management enable').waitFor();
  expect(await page.getByLabel('Management token').count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a locked page signs in where it is: rejects a wrong token, takes the right one, signs out', async () => {
  const { page } = await openPage(browser, gateway.origin);
  await page.goto(`${gateway.origin}/ui/clients`);
  const here = page.getByRole('region', { name: 'Sign in' });
  await here
    .getByRole('region', { name: 'Command that signs this browser in' })
    .getByText('lmcp open')
    .waitFor();
  await page.getByLabel('Management token').fill('not-the-token');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.evaluate(() => sessionStorage.getItem('lmcp.management-token'))).toBeNull();
  await page.getByLabel('Management token').fill(managementToken);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: /^vscode/ }).waitFor();
  await page.getByRole('button', { name: /signed in/ }).click();
  await page.getByText('requires the management token').waitFor();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toBe('{}');
  await page.context().close();
});
