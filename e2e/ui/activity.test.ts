import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../harness/gateway.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import { accessibilityProblems, manage, openPage, overflow, screenshot, settled } from './harness/browser.ts';
import { openInterface, type OpenInterface } from './harness/openInterface.ts';
import { codex, managementToken, vscode } from './harness/stage.ts';

let opened: OpenInterface;
let gateway: TestGateway;
let page: Page;
const calls = 250;

beforeAll(async () => {
  opened = await openInterface(async (started) => {
    await toolNames(started, vscode);
    for (let turn = 0; turn < calls; turn += 1)
      await callTool(started, vscode, 'toolbox__greet', { name: 'Ada' });
    await callTool(started, vscode, 'toolbox__erase');
    await callTool(started, codex, 'toolbox__greet', { name: 'Bob' });
  });
  ({ gateway, page } = opened);
  await manage(page, gateway.origin, managementToken, '/ui/');
});
afterAll(() => opened.close());

const list = (): ReturnType<Page['locator']> => page.getByRole('region', { name: 'Activity, newest first' });
const rows = (): ReturnType<Page['locator']> => list().locator('li');

async function open(query: string, more = ''): Promise<void> {
  await page.mouse.move(0, 0);
  await page.goto(`${gateway.origin}/ui/activity?q=${encodeURIComponent(query)}${more}`);
  await settled(page);
}

async function type(text: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Query' }).fill(text);
  await page.getByRole('combobox', { name: 'Query' }).press('Enter');
}

test('a call is one row, and opens into its steps', async () => {
  await open('tool:greet outcome:ok');
  await page.getByText(`${calls} rows`, { exact: true }).waitFor();
  await rows().first().getByRole('button').first().click();
  const steps = page.getByRole('region', { name: 'Steps of this call' }).getByRole('listitem');
  await expect
    .poll(async () => (await steps.allTextContents()).map((text) => text.trim().split(/\s{2,}|\n/)[0]))
    .toEqual([
      expect.stringMatching(/^Authentication/),
      expect.stringMatching(/^Server access/),
      expect.stringMatching(/^Tool policy/),
      expect.stringMatching(/^Forwarded/),
      expect.stringMatching(/^Result/),
    ]);
  await screenshot(page, 'activity-steps');
  await page.getByRole('link', { name: 'All lines of this request' }).click();
  await page.getByRole('button', { name: /^Remove call:/ }).waitFor();
  await expect.poll(() => rows().count()).toBe(4);
});

test('a query covers the whole log and its count is true', async () => {
  await open('');
  await page.getByRole('combobox', { name: 'Query' }).click();
  await type('outcome:denied tool:er*');
  await page.getByText('1 row', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Remove tool:er*' }).click();
  await page.getByText('2 rows', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe('outcome:denied');
  await page.reload();
  await page.getByText('2 rows', { exact: true }).waitFor();
  await type('since:tomorrow');
  await page.getByText(/^since: expected a time as in 1h/).waitFor();
  expect(await page.getByRole('combobox', { name: 'Query' }).inputValue()).toBe('since:tomorrow');
});

test('completions offer filters, then values, by keyboard alone', async () => {
  await open('');
  const field = page.getByRole('combobox', { name: 'Query' });
  await field.focus();
  await field.pressSequentially('cli');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await field.inputValue()).toBe('client:');
  await field.pressSequentially('cod');
  await page.getByRole('option', { name: /^client:codex/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove client:codex' }).waitFor();
  await page.getByText('1 row', { exact: true }).waitFor();
  await field.press('Backspace');
  expect(await field.inputValue()).toBe('client:codex');
  await page.getByRole('option', { name: /^client:codex/ }).waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
});

test('the chart counts the same rows, and a bar narrows the time', async () => {
  await open('outcome:denied');
  await page.getByText('2 denied').first().waitFor();
  await page.getByLabel('Time', { exact: true }).selectOption('Last hour');
  await page.getByRole('button', { name: 'Remove since:1h' }).waitFor();
  const bar = page
    .getByRole('toolbar', { name: 'Rows over time' })
    .getByRole('button', { name: /denied/ })
    .last();
  await bar.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Remove until:/ }).waitFor();
  expect(await page.getByLabel('Time', { exact: true }).inputValue()).toBe('Custom');
  await expect.poll(() => rows().count()).toBeGreaterThan(0);
});

test('a call appears while one looks; nothing moves under the pointer or the focus', async () => {
  // Repeats of a denial are counted in one line, so each of these asks for another tool.
  let asked = 0;
  const ask = async (): Promise<void> => {
    asked += 1;
    await callTool(gateway, vscode, `toolbox__missing${asked}`);
  };
  await ask();
  await open('tool:missing*');
  await page.getByText('1 row', { exact: true }).waitFor();
  await ask();
  await expect.poll(() => rows().count()).toBe(2);
  await rows().first().hover();
  await ask();
  await page.getByRole('button', { name: '1 new' }).waitFor();
  expect(await rows().count()).toBe(2);
  await page.getByRole('button', { name: '1 new' }).click();
  await expect.poll(() => rows().count()).toBe(3);
  await rows().first().getByRole('button').first().focus();
  await page.mouse.move(0, 0);
  await ask();
  await page.getByRole('button', { name: '1 new' }).waitFor();
  expect(await rows().count()).toBe(3);
  await page.getByRole('combobox', { name: 'Query' }).focus();
  await expect.poll(() => rows().count()).toBe(4);
  // To keep the list as it is does not search again: what came meanwhile would be among the rows.
  const searches: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/management/audit')) searches.push(pathname);
  });
  await page.getByRole('button', { name: 'Follow' }).click();
  await page.getByRole('button', { name: 'Follow', pressed: false }).waitFor();
  await page.mouse.move(0, 0);
  await ask();
  await page.getByRole('button', { name: '1 new' }).waitFor();
  expect(new URL(page.url()).searchParams.get('follow')).toBe('off');
  expect(searches.filter((path) => !path.endsWith('/histogram'))).toEqual([]);
});

test('scrolling reads on to the oldest line, and draws what is in sight', async () => {
  await open('');
  const drawn: number[] = [];
  await expect
    .poll(
      async () => {
        await list().press('End');
        drawn.push(await page.locator('main *').count());
        return (await rows().allTextContents()).some((text) => text.includes('Log opened'));
      },
      { timeout: 15_000 },
    )
    .toBe(true);
  expect(Math.max(...drawn)).toBeLessThan(1_600);
});

test('exports what matches, as in the log and as a table', async () => {
  await open('client:codex event:server_auth');
  const save = async (format: RegExp): Promise<string> => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: format }).click(),
    ]);
    return readFile(await download.path(), 'utf8');
  };
  const log = (await readFile(gateway.auditPath, 'utf8')).trim().split('\n');
  const wanted = log.filter(
    (line) => line.includes('"client_id":"codex"') && line.includes('"event":"server_auth"'),
  );
  expect((await save(/NDJSON/)).trim().split('\n')).toEqual(wanted);
  const [head, ...records] = (await save(/CSV/)).trim().split('\r\n');
  expect(head).toMatch(/^seq,time,event,client,/);
  expect(records).toHaveLength(wanted.length);
});

test('the pages Live and Audit lead here, with their filters', async () => {
  await page.goto(`${gateway.origin}/ui/audit?client=codex&allowed=false&text=two%20words`);
  await page.waitForURL(/\/ui\/activity\?/);
  expect(new URL(page.url()).searchParams.get('q')).toBe('client:codex outcome:denied "two words"');
  await page.goto(`${gateway.origin}/ui/live`);
  await page.waitForURL(/\/ui\/activity$/);
});

test('the chain is verified on request', async () => {
  await open('');
  await page.getByRole('button', { name: 'not verified yet' }).click();
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText(/^Intact: [\d,]+ lines in 1 segment/).waitFor();
  await page.keyboard.press('Escape');
});

test('signed out, calls appear without the names of clients', async () => {
  const other = await openPage(page.context().browser()!, gateway.origin);
  await other.page.goto(`${gateway.origin}/ui/activity`);
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'Ada' });
  await other.page.getByRole('region', { name: 'Activity, newest first' }).locator('li').first().waitFor();
  expect(await other.page.locator('main').textContent()).not.toContain('vscode');
  expect(other.complaints).toEqual([]);
  await other.page.context().close();
});

test('fits a phone and a tablet', async () => {
  await open('-outcome:ok client:codex');
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 740 });
    await settled(page);
    await screenshot(page, `activity-${width}`);
    expect([width, await overflow(page)]).toEqual([width, 0]);
  }
});
