import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { formatLine } from './format/line.ts';
import { histogramOf } from '../stats/histogram.ts';
import { AuditCounts } from '../stats/auditCounts.ts';
import { LogIndex } from './index/logIndex.ts';
import { countMatches, exportLines, findPage } from './read/search.ts';
import { segmentFile } from './format/segmentNames.ts';
import { tailLog } from './read/tailLog.ts';
import type { AuditLine } from './types.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 200_000 });

const million = 1_000_000;
const segments = 4;
const perSegment = million / segments;
/** The share of lines of the rare client: one in this number. */
const rareEvery = 12_500;
let folder: string;
let path: string;

/** Search reads lines unchanged and leaves the chain to `verify`: these carry none that is true. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-million-'));
  path = join(folder, 'audit.log');
  for (let number = 0; number < segments; number++) writeSegment(number);
});
afterAll(() => rmSync(folder, { recursive: true }));

function writeSegment(number: number): void {
  const file = openSync(segmentFile(path, number).path, 'w', 0o600);
  for (let done = 0; done < perSegment;) {
    const lines: string[] = [];
    for (const stop = done + 10_000; done < stop; done++) lines.push(line(number * perSegment + done + 1));
    writeSync(file, `${lines.join('\n')}\n`);
  }
  closeSync(file);
}

function line(seq: number): string {
  return formatLine(
    {
      event: 'tool_authz',
      client_id: seq % rareEvery === 0 ? 'rare' : 'vscode',
      server_id: 'files',
      tool_name: 'read_file',
      allowed: seq % 2 === 0,
      reason: 'ok',
      call: `c-${seq}`,
    },
    seq,
    '0'.repeat(64),
    new Date(1.7e12 + seq).toISOString(),
  );
}

/** What this process has read while something ran, by the kernel's count; reading the count is a part of it. */
async function bytesReadBy(work: () => Promise<void>): Promise<number> {
  const read = (): number => Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  const before = read();
  await work();
  return read() - before;
}

it('reads a bounded part of the log for the newest 50 lines, and for the 50 before them', async () => {
  expect(statSync(path).size).toBeGreaterThan(50_000_000);
  const newest: AuditLine[] = [];
  const read = await bytesReadBy(async () => {
    const { lines, next } = await findPage(path, {}, { limit: 50 });
    const older = await findPage(path, {}, { limit: 50, before: next ?? undefined });
    newest.push(...lines, ...older.lines);
  });
  expect(newest.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => million - i));
  expect(read).toBeLessThan(1024 ** 2);
});

it('follows the log from its newest 50 lines without reading more than them', async () => {
  const newest: number[] = [];
  const read = await bytesReadBy(async () => {
    for await (const { line: each } of tailLog(path, { lines: 50 })) newest.push(each?.seq ?? 0);
  });
  expect(newest).toEqual(Array.from({ length: 50 }, (_, i) => million - 49 + i));
  expect(read).toBeLessThan(1024 ** 2);
});

it('counts what matches, in all segments', async () => {
  const all = { exact: true, matched: million };
  expect(await countMatches(path, {})).toMatchObject(all);
  expect(await countMatches(path, { client: 'rare' })).toMatchObject({ ...all, matched: 80 });
  expect(await countMatches(path, { allowed: false })).toMatchObject({ ...all, matched: million / 2 });
  expect(await countMatches(path, { call: 'c-777777' })).toMatchObject({ ...all, matched: 1 });
  expect(await countMatches(path, { client: 'nobody' })).toMatchObject({ ...all, matched: 0 });
});

it('finds the rare lines by pages, newest first', async () => {
  const first = await findPage(path, { client: 'rare' }, { limit: 50 });
  const second = await findPage(path, { client: 'rare' }, { limit: 50, before: first.next ?? undefined });
  const found = [...first.lines, ...second.lines].map(({ seq }) => seq);
  expect(found).toEqual(Array.from({ length: 80 }, (_, i) => million - i * rareEvery));
  expect(second.next).toBeNull();
});

it('exports every line byte for byte, a piece at a time', async () => {
  let [at, number, largest] = [0, 0, 0];
  let wanted = readFileSync(segmentFile(path, 0).path);
  for await (const piece of exportLines(path, {})) {
    if (at === wanted.length) {
      wanted = readFileSync(segmentFile(path, ++number).path);
      at = 0;
    }
    expect(piece.equals(wanted.subarray(at, at + piece.length))).toBe(true);
    at += piece.length;
    largest = Math.max(largest, piece.length);
  }
  expect([number, at]).toEqual([segments - 1, wanted.length]);
  expect(largest).toBeLessThan(1024 ** 2);
});

/** The log spans a thousand seconds, and ends with the full minute. */
const range = {
  from: new Date(1.7e12 + 600_000).toISOString(),
  to: new Date(1.7e12 + 660_000).toISOString(),
};

it('reads a bounded part of the log for a page, its count and its chart, once it is indexed', async () => {
  const options = { logPath: path, folder: join(folder, 'index'), onUnusable: vi.fn() };
  const size = (await bytesReadBy(() => new LogIndex(options).catchUp())) / segments;
  expect(size).toBeGreaterThan(50_000_000);
  // Another process: it begins with what is stored, and with the part of the last segment that is not.
  const index = new LogIndex(options);
  const most = 24 * 1024 ** 2;
  for (const [filter, matched] of [
    [{ client: 'rare' }, 80],
    [{ outcomes: true }, million / 2],
    [{ outcomes: true, ...range }, 30_000],
    [
      { outcomes: true, client: 'vscode', query: [{ key: 'outcome', value: 'denied', negated: false }] },
      million / 2,
    ],
  ] as const) {
    const now = 1.7e12 + million;
    let charted = 0;
    const read = await bytesReadBy(async () => {
      const page = await findPage(path, filter, { limit: 50, index });
      expect(page.lines).toHaveLength(50);
      expect(await new AuditCounts(path, index).of(filter, page)).toEqual({ matched, exact: true });
      const { buckets } = await histogramOf(path, filter, now, index);
      charted = buckets.reduce((sum, { ok, failed, denied, other }) => sum + ok + failed + denied + other, 0);
    });
    expect(charted).toBe(matched);
    expect([filter, read < most, read]).toEqual([filter, true, read]);
  }
  expect(options.onUnusable).not.toHaveBeenCalled();
});

it('seeks: lines of one minute in the middle are found without reading what is newer', async () => {
  const options = { logPath: path, folder: join(folder, 'index'), onUnusable: vi.fn() };
  const index = new LogIndex(options);
  await index.catchUp();
  const read = await bytesReadBy(async () => {
    const { lines } = await findPage(path, range, { limit: 50, index });
    expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => 659_999 - i));
  });
  expect(read).toBeLessThan(2 * 1024 ** 2);
});
