import { expect, test } from 'vitest';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { countActivity } from './activity.ts';

function line(ts: string, fields: Partial<AuditLine>): AuditLine {
  return {
    seq: 1,
    prev: '',
    ts,
    event: 'tool_authz',
    client_id: null,
    server_id: null,
    tool_name: null,
    allowed: true,
    reason: 'ok',
    call: null,
    request_id: null,
    detail: null,
    ...fields,
  };
}

test('calls, denials and failures fall into their minutes', () => {
  const lines = [
    line('2026-11-22T10:02:30.000Z', { allowed: false, reason: 'tool_denied' }),
    line('2026-11-22T10:00:20.000Z', { event: 'tool_result', allowed: null, detail: { outcome: 'timeout' } }),
    line('2026-11-22T10:00:10.000Z', {}),
  ];
  const counted = countActivity(lines, 60, Date.parse('2026-11-22T10:02:59.000Z'));
  expect(counted.map((bucket) => [bucket.calls, bucket.refused, bucket.failed])).toEqual([
    [1, 0, 1],
    [0, 0, 0],
    [0, 1, 0],
  ]);
});

test('older lines than the window are left out, and no lines give no buckets', () => {
  const lines = [line('2026-11-22T08:00:00.000Z', {})];
  const counted = countActivity(lines, 2, Date.parse('2026-11-22T10:00:00.000Z'));
  expect(counted.map((bucket) => bucket.calls)).toEqual([0, 0]);
  expect(countActivity([], 60, 0)).toEqual([]);
});
