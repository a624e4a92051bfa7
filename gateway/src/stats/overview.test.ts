import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { formatLine } from '../audit/format/line.ts';
import type { AuditEntry } from '../audit/types.ts';
import { overviewOf } from './overview.ts';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-overview-'));
afterAll(() => rmSync(folder, { recursive: true }));

const now = Date.UTC(2026, 4, 8, 12);
const minute = 60_000;
const call = { event: 'tool_result', client_id: 'codex', server_id: 'memory', tool_name: 'read' } as const;
const denial = { event: 'tool_authz', allowed: false, reason: 'tool_denied', tool_name: 'erase' } as const;
const entries: [minutesAgo: number, entry: AuditEntry][] = [
  [3 * 24 * 60, { ...call, detail: { outcome: 'ok', duration_ms: 900 } }],
  [60 * 5, { ...denial, client_id: 'codex', server_id: 'memory' }],
  [50, { ...denial, client_id: 'codex', server_id: 'memory' }],
  [40, { ...denial, client_id: 'codex', server_id: 'memory', detail: { count: 6 } }],
  [30, { event: 'client_auth', allowed: false, reason: 'unknown_client' }],
  [20, { ...call, detail: { outcome: 'ok', duration_ms: 10 } }],
  [10, { ...call, detail: { outcome: 'timeout', duration_ms: 30 } }],
  [9, { ...call, tool_name: null, detail: { outcome: 'ok', duration_ms: 1 } }],
];
const path = join(folder, 'audit.log');
writeFileSync(
  path,
  entries
    .map(([ago, entry], at) =>
      formatLine(entry, at + 1, '0'.repeat(64), new Date(now - ago * minute).toISOString()),
    )
    .map((line) => `${line}\n`)
    .join(''),
);

test('counts calls, failures and denials of the last hour, with repeats', async () => {
  const { totals, buckets, active, denied } = await overviewOf(path, '1h', now);
  expect(totals).toEqual({ calls: 2, failed: 1, denied: 8, p95_ms: 30 });
  expect(buckets).toHaveLength(48);
  expect(buckets.reduce((sum, bucket) => sum + bucket.denied, 0)).toBe(8);
  expect(active).toEqual([{ client_id: 'codex', server_id: 'memory', calls: 2, last_at: now - 10 * minute }]);
  expect(
    denied.map(({ client_id, tool_name, reason, count, last_at }) => [
      client_id,
      tool_name,
      reason,
      count,
      last_at,
    ]),
  ).toEqual([
    [null, null, 'unknown_client', 1, now - 30 * minute],
    ['codex', 'erase', 'tool_denied', 7, now - 40 * minute],
  ]);
});

test('a longer range reaches further back', async () => {
  expect((await overviewOf(path, '24h', now)).totals.denied).toBe(9);
  expect((await overviewOf(path, '7d', now)).totals).toMatchObject({ calls: 3, p95_ms: 900 });
});
