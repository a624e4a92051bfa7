import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { histogramOf } from '../../stats/histogram.ts';
import { hashLine } from '../format/chain.ts';
import { formatLine } from '../format/line.ts';
import { segmentFile } from '../format/segmentNames.ts';
import type { AuditFilter } from '../read/filter.ts';
import { countMatches, findPage, tallyMatches } from '../read/search.ts';
import type { AuditEntry, AuditLine } from '../types.ts';
import { LogIndex } from './logIndex.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lmcp-index-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const start = Date.UTC(2026, 4, 1, 12);
/** Small: a log of some hundred lines has many runs. */
const chunk = 2_000;

interface Log {
  readonly path: string;
  readonly folder: string;
  readonly problems: string[];
  index(): LogIndex;
}

function logOf(...segments: readonly (readonly string[])[]): Log {
  const place = mkdtempSync(join(root, 'log-'));
  const [path, folder] = [join(place, 'audit.log'), join(place, 'index')];
  const problems: string[] = [];
  for (const [number, lines] of segments.entries())
    writeFileSync(segmentFile(path, number).path, lines.map((line) => `${line}\n`).join(''));
  const onUnusable = (file: string): void => void problems.push(file);
  return { path, folder, problems, index: () => new LogIndex({ logPath: path, folder, onUnusable, chunk }) };
}

function lineAt(seq: number, entry: AuditEntry, ms: number, prev = '0'.repeat(64)): string {
  return formatLine(entry, seq, prev, new Date(start + ms).toISOString());
}

/** Lines with a chain. */
function calls(count: number, stepMs: number, firstSeq = 1, usual = 'often'): string[] {
  const lines: string[] = [];
  for (let seq = firstSeq; seq < firstSeq + count; seq += 1) {
    const client_id = seq % 50 === 0 ? 'rare' : usual;
    const detail = { outcome: seq % 7 === 0 ? 'timeout' : 'ok' };
    const before = lines.at(-1);
    const prev = before === undefined ? undefined : hashLine(before);
    lines.push(
      lineAt(seq, { event: 'tool_result', client_id, server_id: 'files', detail }, seq * stepMs, prev),
    );
  }
  return lines;
}

const name = fc.constantFrom('vscode', 'codex', 'n"ä', null);
const entry: fc.Arbitrary<AuditEntry> = fc.record({
  event: fc.constantFrom('client_auth', 'server_auth', 'tool_authz', 'tool_result', 'server_error'),
  client_id: name,
  server_id: name,
  tool_name: name,
  allowed: fc.constantFrom(true, false, null),
  call: fc.constantFrom('c-1', null),
  detail: fc.constantFrom(null, { outcome: 'ok' }, { outcome: 'timeout' }, { via: 'management' }),
});
const step = fc.constantFrom(0, 1, 700, 9_000, 65_000, 4_000_000, 90_000_000, -3_000);
const filter: fc.Arbitrary<AuditFilter> = fc
  .record({
    client: fc.constantFrom(undefined, 'vscode', 'n"ä', 'nobody'),
    server: fc.constantFrom(undefined, 'codex'),
    tool: fc.constantFrom(undefined, undefined, 'vscode'),
    allowed: fc.constantFrom(undefined, undefined, true),
    outcomes: fc.constantFrom(undefined, true as const),
    from: fc.option(fc.integer({ min: -1, max: 60 }), { nil: undefined }),
    to: fc.option(fc.integer({ min: -1, max: 60 }), { nil: undefined }),
    query: fc.option(
      fc.array(
        fc.record({
          key: fc.constantFrom('client', 'server', 'outcome', 'via'),
          value: fc.constantFrom('vscode', 'c*', 'ok', 'failed', 'denied', 'playground'),
          negated: fc.boolean(),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      { nil: undefined },
    ),
  })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));

/** Lines that another process wrote: with times, but not in the form of the writer. */
function forged([line = '']: readonly string[]): string[] {
  return [
    line.replace('"ts":', '"client_id":"codex","server_id":"codex","tool_name":null,"ts":'),
    line.replace('"prev":"0', '"prev":"g'),
    line.replace(/T\d\d:\d\d:\d\d\.\d{3}Z/, 'T24:00:00.000Z'),
  ];
}

async function pages(path: string, of: AuditFilter, index?: LogIndex): Promise<AuditLine[]> {
  const all: AuditLine[] = [];
  for (let before; ;) {
    const { lines, next } = await findPage(path, of, { limit: 5, before, index });
    all.push(...lines);
    if (next === null) return all;
    before = next;
  }
}

async function summed(path: string, of: AuditFilter, index?: LogIndex): Promise<number> {
  let total = 0;
  const tally = {
    slotOf: () => 0,
    line: () => (total += 1),
    group: (of: { count: number }) => (total += of.count),
  };
  await tallyMatches(path, of, tally, index);
  return total;
}

it('finds, counts and charts the same as without an index, also when the log has grown', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(entry, step), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 60 }),
      filter,
      async (written, cut, { from, to, ...rest }) => {
        let ms = 0;
        const stamps: number[] = [];
        const lines = written.map(([of, by], at) => {
          stamps.push((ms += by));
          return lineAt(at + 1, of, ms);
        });
        const instant = (at: unknown): string =>
          new Date(start + (stamps[Math.min(Number(at), stamps.length - 1)] ?? -1)).toISOString();
        const wanted: AuditFilter = {
          ...rest,
          ...(from !== undefined && { from: instant(from) }),
          ...(to !== undefined && { to: instant(to) }),
        };
        const log = logOf(lines.slice(0, cut), []);
        const last = segmentFile(log.path, 1).path;
        const index = log.index();
        const now = start + Math.max(...stamps) + 1;
        for (const part of [[], lines.slice(cut), forged(lines), ['garbage', '{"seq":1,"detail":}']]) {
          appendFileSync(last, part.map((line) => `${line}\n`).join(''));
          for (const one of [index, log.index()]) {
            expect(await pages(log.path, wanted, one)).toEqual(await pages(log.path, wanted));
            expect(await summed(log.path, wanted, one)).toBe(await summed(log.path, wanted));
            expect(await countMatches(log.path, wanted, { index: one })).toEqual(
              await countMatches(log.path, wanted),
            );
            expect(await histogramOf(log.path, wanted, now, one)).toEqual(
              await histogramOf(log.path, wanted, now),
            );
          }
        }
        expect(log.problems).toEqual([]);
      },
    ),
    { numRuns: 30 },
  );
});

it('is stored in files of mode 0600, is read again, and is a fraction of the log', async () => {
  const log = logOf(calls(3_000, 100), calls(3_000, 100, 3_001));
  await log.index().catchUp();
  const names = readdirSync(log.folder).toSorted();
  expect(names).toEqual(['audit.log.000001.json', 'audit.log.json']);
  for (const file of names) {
    expect(statSync(join(log.folder, file)).mode & 0o777).toBe(0o600);
    expect(statSync(join(log.folder, file)).size).toBeLessThan(statSync(log.path).size / 4);
  }
  expect(statSync(log.folder).mode & 0o777).toBe(0o700);
  // What is stored is used: it says something else than the log.
  const path = join(log.folder, 'audit.log.json');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"often"', '"never"'));
  expect(await summed(log.path, { client: 'never' }, log.index())).toBeGreaterThan(0);
});

it.each([
  ['is missing', (path: string) => rmSync(path)],
  ['is cut off', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, 500))],
  ['has another shape', (path: string) => writeFileSync(path, '{"version":2}')],
  ['is empty', (path: string) => writeFileSync(path, '')],
])('is built again where its file %s', async (_, damage) => {
  const log = logOf(calls(500, 100), calls(1, 100, 501));
  await log.index().catchUp();
  const path = join(log.folder, 'audit.log.json');
  const before = readFileSync(path, 'utf8');
  damage(path);
  expect(await summed(log.path, { client: 'rare' }, log.index())).toBe(10);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

it.each(['another process', 'the same process'])(
  'is built again for a log that was replaced, by %s',
  async (by) => {
    const log = logOf(calls(500, 100), calls(1, 100, 501));
    const first = log.index();
    await first.catchUp();
    const others = calls(500, 100, 1, 'other');
    writeFileSync(log.path, others.map((line) => `${line}\n`).join(''));
    const index = by === 'the same process' ? first : log.index();
    expect(await summed(log.path, { client: 'other' }, index)).toBe(490);
  },
);

it('answers without its files where they cannot be written, and says so', async () => {
  const log = logOf(calls(500, 100));
  writeFileSync(log.folder, 'a file in the place of the folder');
  expect(await summed(log.path, { client: 'rare' }, log.index())).toBe(10);
  expect(log.problems.length).toBeGreaterThan(0);
});

it('stops building when it is closed', async () => {
  const log = logOf(calls(3_000, 100));
  const index = log.index();
  const building = index.catchUp();
  index.close();
  await building;
  const [file] = [segmentFile(log.path, 0)];
  expect((await index.summariesOf(file, false)).length).toBeLessThan(10);
});
