import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { root, TestGateway } from '../harness/gateway.ts';
import { closePages, manage, openPage, overflow, screenshot, sharedBrowser } from './harness/browser.ts';
import { managementToken } from './harness/stage.ts';

let gateway: TestGateway;
let browser: Browser;
const tools = Array.from({ length: 40 }, (_, index) => `tool_${index}`);
const servers = Array.from({ length: 50 }, (_, index) => `server${index}`);
const clients = Array.from({ length: 20 }, (_, index) => `client${index}`);

/**
 * 20 clients, 50 servers, 40 tools each: the names come from the policies (one list, which YAML writes once and then as
 * an alias), so that no server has to run.
 */
function registryText(port: number): string {
  const toolbox = join(root, 'e2e/fixtures/toolbox-server.ts');
  return stringify({
    lmcp: { port, management_token: managementToken },
    clients: Object.fromEntries(
      clients.map((id, index) => [
        id,
        { token: `token-of-${id}-0123456789`, allow_servers: servers.filter((_, at) => at % 20 <= index) },
      ]),
    ),
    servers: Object.fromEntries(
      servers.map((id) => [
        id,
        {
          transport: 'stdio',
          command: process.execPath,
          args: [toolbox, 'tools.json'],
          tool_policy: { mode: 'allow_list', allow_tools: tools },
        },
      ]),
    ),
  });
}

beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  await writeFile(gateway.registryPath, registryText(gateway.port));
  [, browser] = await Promise.all([gateway.run(), sharedBrowser()]);
});
afterAll(async () => {
  await closePages(browser);
  await gateway[Symbol.asyncDispose]();
});

test('a matrix of 20 × 50 × 40 draws what is in sight, and the keyboard reaches its last cell', async () => {
  const { page, complaints } = await openPage(browser, gateway.origin);
  await manage(page, gateway.origin, managementToken, '/ui/access');
  const cells = page.getByRole('gridcell');
  await cells.first().waitFor();
  await page.getByRole('rowheader').getByRole('button', { name: 'server0', exact: true }).press('Enter');
  await page.keyboard.press('ArrowRight');
  const focused = (): Promise<string> =>
    page.evaluate<string>(`document.activeElement?.getAttribute('aria-label') ?? ''`);
  await expect.poll(focused).toMatch(/^client0, server0/);
  await page.keyboard.press('Control+End');
  await expect.poll(focused).toBe('client19, server49: some');
  await page.keyboard.press('Space');
  await page.getByText('1 change pending', { exact: true }).waitFor();
  await expect.poll(focused).toBe('client19, server49: not granted, pending');
  await page.getByText(/^· client19 loses/).waitFor();
  const last = await page.locator(':focus').boundingBox();
  const grid = await page.getByRole('grid').boundingBox();
  expect(last!.y + last!.height).toBeLessThanOrEqual(grid!.y + grid!.height + 1);
  await page.getByText(/^client19 → server49: not granted. .*is not granted/).waitFor();
  await screenshot(page, 'access-large');
  expect(await cells.count()).toBeLessThan(900);
  // Of 90 rows × 20 clients only what is in sight is drawn.
  expect(await page.locator('main *').count()).toBeLessThan(3_000);
  expect(await overflow(page)).toBe(0);
  await page.keyboard.press('Control+Home');
  await expect.poll(focused).toMatch(/^client0, server0/);
  expect(complaints).toEqual([]);
  await page.context().close();
});
