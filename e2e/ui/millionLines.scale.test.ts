import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashLine } from '../../gateway/src/audit/format/chain.ts';
import { formatLine } from '../../gateway/src/audit/format/line.ts';
import type { AuditEntry } from '../../gateway/src/audit/types.ts';
import type { TestGateway } from '../harness/gateway.ts';
import { closePages, manage, openPage, sharedBrowser } from './harness/browser.ts';
import { managementToken, startGateway } from './harness/stage.ts';

const million = 1_000_000;
/** A call of this number in all is of the rare client. */
const rareEvery = 25_000;
let gateway: TestGateway;
let page: Page;

/** What the page asked of the log since the last time. */
interface Asked {
  readonly paths: string[];
  bytes: number;
}
let asked: Asked = { paths: [], bytes: 0 };

beforeAll(async () => {
  gateway = await startGateway();
  await gateway.stop();
  await mkdir(dirname(gateway.auditPath), { recursive: true });
  writeLog(gateway.auditPath);
  await gateway.run();
  ({ page } = await openPage(await sharedBrowser(), gateway.origin));
  page.on('response', (response) => {
    const { pathname, search } = new URL(response.url());
    if (!/^\/management\/audit(?:\/histogram)?$/.test(pathname)) return;
    asked.paths.push(pathname + search);
    void response
      .request()
      .sizes()
      .then(
        ({ responseBodySize }) => (asked.bytes += responseBodySize),
        () => undefined,
      );
  });
  await manage(page, gateway.origin, managementToken, '/ui/activity');
}, 300_000);
afterAll(async () => {
  await closePages(await sharedBrowser());
  await gateway[Symbol.asyncDispose]();
});

/** A log as half a million calls leave it, with a chain that is true: the gateway goes on with it. */
function writeLog(path: string): void {
  const file = openSync(path, 'w', 0o600);
  let prev = '0'.repeat(64);
  const start = Date.now() - million * 10 - 60_000;
  let piece: string[] = [];
  for (let seq = 1; seq <= million; seq += 1) {
    const line = formatLine(entryOf(seq), seq, prev, new Date(start + seq * 10).toISOString());
    prev = hashLine(line);
    piece.push(line);
    if (piece.length < 10_000) continue;
    writeSync(file, `${piece.join('\n')}\n`);
    piece = [];
  }
  closeSync(file);
}

function entryOf(seq: number): AuditEntry {
  const call = Math.ceil(seq / 2);
  const of = {
    client_id: call % rareEvery === 0 ? 'rare' : 'vscode',
    server_id: 'toolbox',
    tool_name: `tool_${String(call % 40)}`,
    call: `c-${String(call)}`,
  };
  if (seq % 2 === 1) return { ...of, event: 'tool_authz', allowed: true, reason: 'ok' };
  return {
    ...of,
    event: 'tool_result',
    detail: { outcome: call % 50 === 0 ? 'error' : 'ok', duration_ms: call % 90 },
  };
}

const list = (): ReturnType<Page['locator']> => page.getByRole('region', { name: 'Activity, newest first' });
/** Pixels below what is in sight. */
const left = (): Promise<number> =>
  page.evaluate<number>(`((one) => one.scrollHeight - one.scrollTop - one.clientHeight)(
    document.querySelector('[aria-label="Activity, newest first"]'))`);
const drawn = (): Promise<number> => page.locator('main *').count();

/** What the page asks of the log while something is done, once `settles` shows. */
async function askedBy(work: () => Promise<unknown>, settles: string | RegExp): Promise<Asked> {
  asked = { paths: [], bytes: 0 };
  await work();
  await page.getByText(settles).first().waitFor({ timeout: 120_000 });
  return asked;
}

test('opens with one page of the log and its chart, and counts all rows', async () => {
  const { paths, bytes } = await askedBy(() => page.reload(), /^500,00\d rows/);
  await expect
    .poll(() => paths.map((path) => path.split('?')[0]).toSorted(), { timeout: 60_000 })
    .toEqual(['/management/audit', '/management/audit/histogram']);
  expect(bytes).toBeLessThan(200 * 1024);
  expect(await drawn()).toBeLessThan(1_600);
});

test('each stretch that is scrolled asks for one page, and no more is drawn', async () => {
  await list().locator('li').first().waitFor();
  asked = { paths: [], bytes: 0 };
  const elements: number[] = [];
  const pages = 25;
  for (let stretch = 1; stretch <= pages; stretch += 1) {
    await list().press('End');
    await expect.poll(() => asked.paths.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(stretch);
    await expect.poll(left).toBeGreaterThan(1_000);
    elements.push(await drawn());
  }
  expect(asked.paths.length).toBeLessThanOrEqual(pages + 1);
  expect(asked.paths.filter((path) => !path.includes('cursor='))).toEqual([]);
  // A page is 200 lines of some 300 bytes.
  expect(asked.bytes).toBeLessThan((pages + 1) * 100 * 1024);
  expect(Math.max(...elements)).toBeLessThan(1_600);
});

test('finds twenty rows among them by one search', async () => {
  const query = page.getByRole('combobox', { name: 'Query' });
  const { paths, bytes } = await askedBy(async () => {
    await query.fill('client:rare');
    await query.press('Enter');
  }, /^20 rows/);
  await expect.poll(() => list().locator('li').count()).toBe(20);
  await expect.poll(() => paths.length, { timeout: 60_000 }).toBe(2);
  expect(bytes).toBeLessThan(100 * 1024);
});
