import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../harness/gateway.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import { manage, settled } from './harness/browser.ts';
import { openInterface, type OpenInterface } from './harness/openInterface.ts';
import { codex, managementToken, vscode } from './harness/stage.ts';

let opened: OpenInterface;
let gateway: TestGateway;
let page: Page;

beforeAll(async () => {
  opened = await openInterface(async (started) => {
    await toolNames(started, vscode);
    for (let turn = 0; turn < 150; turn += 1)
      await callTool(started, vscode, 'toolbox__greet', { name: 'Ada' });
    await callTool(started, codex, 'toolbox__greet', { name: 'Bob' });
  });
  ({ gateway, page } = opened);
});
afterAll(() => opened.close());

const rows = (): ReturnType<Page['locator']> =>
  page.getByRole('region', { name: 'Audit lines, newest first' }).locator('li');

test('a filter covers the whole log and its count is true', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/audit?client=codex&allowed=false');
  await rows().first().waitFor();
  const expected = (await gateway.audit()).filter(
    (line) => line.client_id === 'codex' && line.allowed === false,
  );
  expect(expected.length).toBeGreaterThan(0);
  await page.getByText(new RegExp(`^${expected.length} lines? of`)).waitFor();
  expect(await rows().count()).toBe(expected.length);
});

test('scrolling reads on to the oldest line', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/audit');
  await rows().first().waitFor();
  const list = page.getByRole('region', { name: 'Audit lines, newest first' });
  await expect
    .poll(
      async () => {
        await list.press('End');
        return (await rows().allTextContents()).some((text) => text.includes('Log opened'));
      },
      { timeout: 15_000 },
    )
    .toBe(true);
});

test('one line leads to all lines of its request', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/audit?event=tool_result');
  await rows().first().getByRole('button').first().click();
  await page.getByRole('link', { name: 'All lines of this request' }).click();
  await page.waitForURL(/call=/);
  await settled(page);
  await rows().first().waitFor();
  const events = (await rows().allTextContents()).join('\n');
  for (const event of ['Client sign-in', 'Server decision', 'Tool decision', 'Call finished']) {
    expect(events).toContain(event);
  }
});

test('the chain is verified on request', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/audit');
  await page.getByRole('button', { name: 'not verified yet' }).click();
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText(/^Intact: [\d,]+ lines in 1 segment/).waitFor();
});

test('what is filtered is exported line by line as it stands in the log', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/audit?client=codex');
  await settled(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export what matches' }).click(),
  ]);
  const exported = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  const log = (await readFile(gateway.auditPath, 'utf8')).trim().split('\n');
  expect(exported).toEqual(log.filter((line) => line.includes('"client_id":"codex"')));
});
