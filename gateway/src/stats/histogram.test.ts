import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { formatLine } from '../audit/format/line.ts';
import type { AuditEntry } from '../audit/types.ts';
import { histogramOf } from './histogram.ts';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-histogram-'));
afterAll(() => rmSync(folder, { recursive: true }));

const noon = Date.UTC(2026, 4, 1, 12);
const minute = 60_000;
const path = join(folder, 'audit.log');
const entries: [minutes: number, entry: AuditEntry][] = [
  [0, { event: 'audit_open' }],
  [1, { event: 'tool_result', detail: { outcome: 'ok' } }],
  [1, { event: 'tool_authz', allowed: false }],
  [30, { event: 'tool_result', detail: { outcome: 'timeout' } }],
  [59, { event: 'tool_result', detail: { outcome: 'ok' } }],
];
const text = entries.map(([minutes, entry], at) =>
  formatLine(entry, at + 1, '0'.repeat(64), new Date(noon + minutes * minute).toISOString()),
);
writeFileSync(path, text.map((line) => `${line}\n`).join(''));

test('covers the whole log by kinds of outcomes', async () => {
  const { bucket_s, buckets } = await histogramOf(path, {}, noon + 59.5 * minute);
  expect(bucket_s).toBe(60);
  expect(buckets).toHaveLength(60);
  const counted = buckets.filter(({ ok, failed, denied, other }) => ok + failed + denied + other > 0);
  expect(counted).toEqual([
    { start_at: noon, ok: 0, failed: 0, denied: 0, other: 1 },
    { start_at: noon + minute, ok: 1, failed: 0, denied: 1, other: 0 },
    { start_at: noon + 30 * minute, ok: 0, failed: 1, denied: 0, other: 0 },
    { start_at: noon + 59 * minute, ok: 1, failed: 0, denied: 0, other: 0 },
  ]);
});

test('covers the range that is asked for, in at most 60 buckets', async () => {
  const from = new Date(noon - 30 * 24 * 60 * minute).toISOString();
  const { bucket_s, buckets } = await histogramOf(path, { from }, noon + 60 * minute);
  expect([bucket_s, buckets.length]).toEqual([86_400, 31]);
  expect(buckets.at(-1)).toEqual({ start_at: Date.UTC(2026, 4, 1), ok: 2, failed: 1, denied: 1, other: 1 });
  const to = new Date(noon + minute).toISOString();
  const first = await histogramOf(path, { from: new Date(noon).toISOString(), to }, noon + 60 * minute);
  expect(first.buckets.reduce((sum, { ok, other }) => sum + ok + other, 0)).toBe(1);
});
