import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import type { TestGateway } from '../harness/gateway.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import {
  accessibilityProblems,
  manage,
  openBrowser,
  openPage,
  overflow,
  screenshot,
  settled,
} from './harness/browser.ts';
import { managementToken, startGateway, vscode } from './harness/stage.ts';

const pages: readonly (readonly [name: string, path: string])[] = [
  ['overview', '/ui/'],
  ['live', '/ui/live'],
  ['access', '/ui/access'],
  ['clients', '/ui/clients'],
  ['client', '/ui/clients/vscode'],
  ['servers', '/ui/servers'],
  ['server', '/ui/servers/toolbox'],
  ['new-server', '/ui/servers/new'],
  ['audit', '/ui/audit'],
  ['try', '/ui/try?client=vscode&server=toolbox'],
  ['changes', '/ui/changes'],
];
let gateway: TestGateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), openBrowser()]);
  await toolNames(gateway, vscode);
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'Ada' });
  await callTool(gateway, vscode, 'toolbox__erase');
  await callTool(gateway, vscode, 'memory__read_graph');
});
afterAll(async () => {
  await browser.close();
  await gateway[Symbol.asyncDispose]();
});

for (const theme of ['light', 'dark'] as const) {
  for (const mode of ['managing', 'read-only'] as const) {
    test.each(pages)(`%s, ${mode}, ${theme}: no complaint, no barrier`, async (name, path) => {
      const { page, complaints } = await openPage(browser, gateway.origin, { colorScheme: theme });
      if (mode === 'managing') await manage(page, gateway.origin, managementToken, path);
      else await page.goto(`${gateway.origin}${path}`);
      await settled(page);
      await screenshot(page, `${name}-${mode}-${theme}`);
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  }
}

test.each([360, 768, 1280])('no page is wider than a window of %i px', async (width) => {
  const viewport = { width, height: 740 };
  const { page, complaints } = await openPage(browser, gateway.origin, { viewport });
  for (const [name, path] of pages) {
    await manage(page, gateway.origin, managementToken, path);
    await settled(page);
    if (width !== 1280) await screenshot(page, `${name}-${width}`);
    expect([name, await overflow(page)]).toEqual([name, 0]);
  }
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the first page asks for less than 150 KB of compressed JavaScript', async () => {
  const { page } = await openPage(browser, gateway.origin);
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
  const response = await page.goto(`${gateway.origin}/ui/live`);
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

test('a path that is no page says so and leads back', async () => {
  const { page } = await openPage(browser, gateway.origin);
  await page.goto(`${gateway.origin}/ui/nowhere`);
  await page.getByText('There is no such page').waitFor();
  await page.getByRole('link', { name: 'Go to the overview' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.context().close();
});

test('without a management token the interface explains how to enable management, and asks for nothing', async () => {
  await using closed = await startGateway(false);
  const { page, complaints } = await openPage(browser, closed.origin);
  await page.goto(`${closed.origin}/ui/access`);
  await page.getByRole('button', { name: 'How to enable it' }).click();
  await page.getByText('lmcp management enable').waitFor();
  expect(await page.getByLabel('Management token').count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a wrong token is refused with words, the right one unlocks, lock forgets it', async () => {
  const { page } = await openPage(browser, gateway.origin);
  await page.goto(`${gateway.origin}/ui/clients`);
  await page.getByRole('button', { name: 'Unlock management', exact: true }).click();
  await page.getByLabel('Management token').fill('not-the-token');
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.evaluate(() => sessionStorage.getItem('lmcp.management-token'))).toBeNull();
  await page.getByLabel('Management token').fill(managementToken);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await page.getByRole('link', { name: /^vscode/ }).waitFor();
  await page.getByRole('button', { name: /managing/ }).click();
  await page.getByText('is shown in management mode').waitFor();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toBe('{}');
  await page.context().close();
});
