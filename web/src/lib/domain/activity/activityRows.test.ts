import { parseQuery } from 'lmcp-gateway/src/audit/query/parseQuery.ts';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { expect, test } from 'vitest';
import { liveRows, type ActivityQuery } from './activityRows.ts';

let seq = 0;
function line(values: Partial<AuditLine>): AuditLine {
  seq += 1;
  return {
    seq,
    prev: '',
    ts: `2026-05-01T00:00:00.${String(seq).padStart(3, '0')}Z`,
    event: 'tool_authz',
    client_id: 'codex',
    server_id: 'memory',
    tool_name: 'read',
    allowed: null,
    reason: null,
    call: null,
    request_id: null,
    detail: null,
    ...values,
  };
}

const all: ActivityQuery = { terms: [], calls: true };

test('a call is running until its outcome comes', () => {
  const checks = [
    line({ event: 'client_auth', allowed: true, call: 'a' }),
    line({ allowed: true, call: 'a' }),
    line({ allowed: true, call: 'b' }),
  ];
  const before = liveRows(checks.toReversed(), all, 0);
  expect([before.running.length, before.ended.length]).toEqual([2, 0]);
  const outcome = line({ event: 'tool_result', call: 'a', detail: { outcome: 'ok' } });
  const after = liveRows([outcome, ...checks.toReversed()], all, 0);
  expect(after.running.map((row) => row.line.call)).toEqual(['b']);
  expect(after.ended.map((row) => row.line)).toEqual([outcome]);
});

test('what ran when the gateway ended is not running', () => {
  const lines = [line({ allowed: true, call: 'a' }), line({ event: 'audit_open', tool_name: null })];
  expect(liveRows(lines.toReversed(), all, 0).running).toEqual([]);
});

test('what the log was searched for already is left out, and so is what does not match', () => {
  const known = line({ event: 'tool_result', call: 'a', detail: { outcome: 'ok' } });
  const other = line({ event: 'tool_result', call: 'b', client_id: 'vscode', detail: { outcome: 'ok' } });
  const wanted = line({ event: 'tool_result', call: 'c', detail: { outcome: 'ok' } });
  const query: ActivityQuery = { ...all, terms: parseQuery('client:codex').terms };
  expect(liveRows([wanted, other, known], query, known.seq).ended.map((row) => row.line)).toEqual([wanted]);
  expect(liveRows([wanted], { ...query, to: wanted.ts }, 0).ended).toEqual([]);
  expect(liveRows([wanted, known], { ...all, from: wanted.ts }, 0).ended).toHaveLength(1);
});
