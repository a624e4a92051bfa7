import { expect, test } from 'vitest';
import type { AuditLine } from '../audit/types.ts';
import { Activity } from './activity.ts';
import { Latencies } from './latency.ts';

const noon = Date.parse('2026-05-01T12:00:00Z');

function line(at: number, more: Partial<AuditLine>): AuditLine {
  return {
    seq: 1,
    prev: '',
    ts: new Date(at).toISOString(),
    event: 'tool_result',
    client_id: 'codex',
    server_id: 'one',
    tool_name: 'a',
    allowed: null,
    reason: null,
    call: 'c',
    request_id: null,
    detail: null,
    ...more,
  };
}
const outcome = (at: number, durationMs: number, result = 'ok') =>
  line(at, { detail: { outcome: result, duration_ms: durationMs } });

test('decisions are counted by the minute, without holes and not from before the start', () => {
  const activity = new Activity(noon + 30_000);
  activity.take(line(noon + 31_000, { event: 'tool_authz', allowed: true }));
  activity.take(line(noon + 32_000, { event: 'server_auth', allowed: true }));
  activity.take(outcome(noon + 33_000, 5));
  activity.take(line(noon + 150_000, { event: 'tool_authz', allowed: false }));
  activity.take(line(noon + 151_000, { event: 'client_auth', allowed: false, detail: { count: 7 } }));
  activity.take(line(noon + 152_000, { event: 'config_change', allowed: false }));
  activity.take(outcome(noon + 153_000, 5, 'timeout'));
  const { buckets, counting_since_at: since } = activity.last(60, noon + 170_000);
  expect(since).toBe(noon + 30_000);
  expect(buckets).toEqual([
    { start_at: noon, calls: 1, refused: 0, failed: 0 },
    { start_at: noon + 60_000, calls: 0, refused: 0, failed: 0 },
    { start_at: noon + 120_000, calls: 0, refused: 8, failed: 1 },
  ]);
  expect(activity.last(1, noon + 170_000).buckets).toEqual(buckets.slice(-1));
});

test('a day is kept, no more', () => {
  const activity = new Activity(noon);
  for (let minute = 0; minute < 1_500; minute++) {
    activity.take(line(noon + minute * 60_000, { event: 'tool_authz', allowed: true }));
  }
  const { buckets } = activity.last(1_440, noon + 1_499 * 60_000);
  expect(buckets).toHaveLength(1_440);
  expect(buckets.every(({ calls }) => calls === 1)).toBe(true);
  const all = activity.last(1_500, noon + 1_499 * 60_000).buckets;
  expect(all.filter(({ calls }) => calls === 1)).toHaveLength(1_440);
});

test('durations are those of calls alone, over the last thousand', () => {
  const latencies = new Latencies();
  expect(latencies.of('one')).toEqual({ calls: 0, failed: 0, p50_ms: null, p99_ms: null });
  latencies.take(line(noon, { tool_name: null, detail: { outcome: 'ok', duration_ms: 9_999 } }));
  latencies.take(outcome(noon, 9_999, 'timeout'));
  for (let ms = 1; ms <= 1_000; ms++) latencies.take(outcome(noon, ms));
  expect(latencies.of('one')).toEqual({ calls: 1_001, failed: 1, p50_ms: 500, p99_ms: 990 });
});
