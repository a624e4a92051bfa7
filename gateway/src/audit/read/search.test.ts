import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { AuditFilter } from './filter.ts';
import { factsOf, isOutcomeLine, matchesTerms } from '../query/matchQuery.ts';
import type { QueryTerm } from '../query/parseQuery.ts';
import { formatLine } from '../format/line.ts';
import type { LogPosition } from './pieces.ts';
import { countMatches, exportLines, findPage, isPosition } from './search.ts';
import { segmentFile } from '../format/segmentNames.ts';
import type { AuditEntry, AuditLine } from '../types.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-search-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const names = fc.oneof(
  fc.constantFrom(
    'vscode',
    'codex',
    'a"b',
    'näme',
    '名前',
    'x","client_id":"vscode","',
    '\n',
    '\u202e',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const name = fc.option(names, { nil: null });
const entry: fc.Arbitrary<AuditEntry> = fc.record({
  event: fc.constantFrom('client_auth', 'server_auth', 'tool_authz', 'tool_result'),
  client_id: name,
  server_id: name,
  tool_name: name,
  allowed: fc.option(fc.boolean(), { nil: null }),
  reason: fc.option(fc.constantFrom('ok', 'tool_denied'), { nil: null }),
  call: fc.option(fc.constantFrom('c-1', 'c-2', 'c-3'), { nil: null }),
  detail: fc.option(
    fc.dictionary(
      fc.constantFrom('client_id', 'rule', 'ts', 'outcome', 'via'),
      fc.oneof(names, fc.constantFrom('ok', 'timeout', 'management', '{"outcome":"ok",')),
    ),
    { nil: null },
  ),
});
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const instant = fc.integer({ min: 0, max: 60 }).map((s) => new Date(1e12 + s * 1000).toISOString());
const queryTerm: fc.Arbitrary<QueryTerm> = fc.oneof(
  fc.record({
    key: fc.constantFrom('client', 'server', 'tool'),
    value: fc.oneof(names, fc.constantFrom('*', 'v*', '*e*', '*"*')),
    negated: fc.boolean(),
  }),
  fc.record({
    key: fc.constant('outcome'),
    value: fc.constantFrom('ok', 'failed', 'denied', 't*'),
    negated: fc.boolean(),
  }),
  fc.record({ key: fc.constant('via'), value: fc.constant('playground'), negated: fc.boolean() }),
  fc.record({ key: fc.constant('text'), value: fc.constantFrom('VSCODE', 'rule'), negated: fc.boolean() }),
);
const filters: fc.Arbitrary<AuditFilter> = fc
  .record({
    events: optional(fc.constantFrom(['client_auth'] as const, ['tool_authz', 'tool_result'] as const)),
    client: optional(names),
    server: optional(names),
    tool: optional(names),
    allowed: optional(fc.boolean()),
    reason: optional(fc.constantFrom('ok', 'tool_denied')),
    call: optional(fc.constantFrom('c-1', 'c-4')),
    from: optional(instant),
    to: optional(instant),
    text: optional(fc.constantFrom('VSCODE', 'nÄme', '"rule":', 'nowhere')),
    query: optional(fc.array(queryTerm, { minLength: 1, maxLength: 3 })),
    outcomes: optional(fc.constant(true as const)),
  })
  .map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)));

/** What the filter means, said plainly over parsed lines. */
function plainly(filter: AuditFilter, line: AuditLine, raw: string): boolean {
  const same = (wanted: string | undefined, is: string | null) =>
    wanted === undefined || wanted.toWellFormed() === is;
  const hasText = (text: string): boolean => raw.toLowerCase().includes(text.toLowerCase());
  return (
    (filter.events === undefined || filter.events.includes(line.event)) &&
    same(filter.client, line.client_id) &&
    same(filter.server, line.server_id) &&
    same(filter.tool, line.tool_name) &&
    same(filter.reason, line.reason) &&
    same(filter.call, line.call) &&
    (filter.allowed === undefined || filter.allowed === line.allowed) &&
    (filter.from === undefined || line.ts >= filter.from) &&
    (filter.to === undefined || line.ts < filter.to) &&
    hasText(filter.text ?? '') &&
    matchesTerms(filter.query ?? [], factsOf(line), hasText) &&
    (filter.outcomes === undefined || isOutcomeLine(line))
  );
}

function linesOf(entries: readonly AuditEntry[], firstSeq = 1): string[] {
  return entries.map((each, at) =>
    formatLine(each, firstSeq + at, '0'.repeat(64), new Date(1e12 + at * 1000).toISOString()),
  );
}

/** A log of its own in as many segments as there are lists. */
function logOf(...segments: string[][]): string {
  const path = join(mkdtempSync(join(folder, 'log-')), 'audit.log');
  for (const [number, lines] of segments.entries()) {
    writeFileSync(segmentFile(path, number).path, lines.map((line) => `${line}\n`).join(''));
  }
  return path;
}

async function everyPage(path: string, filter: AuditFilter, limit: number): Promise<AuditLine[]> {
  const all: AuditLine[] = [];
  let before: LogPosition | undefined;
  for (;;) {
    const { lines, next } = await findPage(path, filter, { limit, before });
    expect(lines.length).toBeLessThanOrEqual(limit);
    all.push(...lines);
    if (next === null) return all;
    expect(lines.length).toBe(limit);
    before = next;
  }
}

async function exported(path: string, filter: AuditFilter): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of exportLines(path, filter)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

it('pages, count and export hold what a plain filter over all lines holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 40 }),
      fc.array(entry, { maxLength: 40 }),
      filters,
      fc.integer({ min: 1, max: 7 }),
      async (first, second, filter, limit) => {
        const segments = [linesOf(first), linesOf(second, first.length + 1)] as const;
        const path = logOf(...segments.map((lines) => [...lines]));
        const wanted = segments.flat().filter((raw) => plainly(filter, JSON.parse(raw) as AuditLine, raw));
        const found = await everyPage(path, filter, limit);
        expect(found).toEqual(wanted.map((raw) => JSON.parse(raw) as AuditLine).reverse());
        expect(await countMatches(path, filter)).toMatchObject({ matched: wanted.length, exact: true });
        expect(await exported(path, filter)).toBe(wanted.map((raw) => `${raw}\n`).join(''));
      },
    ),
    { numRuns: 150 },
  );
});

const call = (id: string): AuditEntry => ({ event: 'tool_authz', client_id: 'vscode', call: id });

it('reads a log of many blocks, with lines across their borders', async () => {
  const lines = linesOf(Array.from({ length: 6_000 }, (_, at) => call(at % 1_000 === 0 ? 'rare' : 'often')));
  const path = logOf(lines);
  expect((await everyPage(path, { call: 'rare' }, 4)).map(({ seq }) => seq)).toEqual([
    5001, 4001, 3001, 2001, 1001, 1,
  ]);
  expect((await countMatches(path, { call: 'often' })).matched).toBe(5_994);
  expect((await exported(path, {})).split('\n')).toHaveLength(6_001);
});

it('goes on at the same line when the log has grown meanwhile', async () => {
  const path = logOf(linesOf([call('a'), call('b'), call('c')]));
  const { next, end } = await findPage(path, {}, { limit: 2 });
  appendFileSync(path, `${linesOf([call('d')], 4)[0] ?? ''}\n`);
  const older = await findPage(path, {}, { limit: 2, before: next ?? undefined });
  expect(older.lines.map(({ seq }) => seq)).toEqual([1]);
  expect(await countMatches(path, {}, { from: end })).toMatchObject({ matched: 1, exact: true });
  expect((await countMatches(path, {}, { before: next ?? undefined })).matched).toBe(1);
});

it('leaves out a line that is not complete, and what is no line of the log', async () => {
  const [first = '', second = '', third = ''] = linesOf([call('a'), call('b'), call('c')]);
  const path = logOf([first, 'garbage', `{"seq":9,"detail":`, 'x'.repeat(3_000_000), second]);
  appendFileSync(path, third.slice(0, -1));
  expect((await everyPage(path, {}, 1)).map(({ call: id }) => id)).toEqual(['b', 'a']);
  expect((await countMatches(path, {})).matched).toBe(2);
  expect(await exported(path, {})).toBe(`${first}\n${second}\n`);
});

it('says when it did not count to the beginning', async () => {
  const path = logOf(linesOf(Array.from({ length: 3_000 }, () => call('a'))));
  const { matched, exact } = await countMatches(path, {}, { maxBytes: 1 });
  expect(exact).toBe(false);
  expect(matched).toBeGreaterThan(0);
  expect(matched).toBeLessThan(3_000);
});

it('knows a place between two lines from any other', async () => {
  const [line = ''] = linesOf([call('a')]);
  const path = logOf([line, line], [line]);
  expect(await isPosition(path, { segment: 0, offset: 0 })).toBe(true);
  expect(await isPosition(path, { segment: 0, offset: line.length + 1 })).toBe(true);
  expect(await isPosition(path, { segment: 1, offset: line.length + 1 })).toBe(true);
  expect(await isPosition(path, { segment: 0, offset: 5 })).toBe(false);
  expect(await isPosition(path, { segment: 0, offset: 1e9 })).toBe(false);
  expect(await isPosition(path, { segment: 2, offset: 0 })).toBe(false);
});
