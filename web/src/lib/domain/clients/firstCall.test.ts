import { expect, test } from 'vitest';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { heardIn, nothingHeard } from './firstCall.ts';

const line = (fields: Partial<AuditLine>): AuditLine =>
  ({ client_id: 'codex', allowed: true, detail: null, ts: '2026-01-01T00:00:00Z', ...fields }) as AuditLine;

test('the first authentication and the first call of the client count, once', () => {
  const connected = heardIn(nothingHeard, 'codex', [line({ event: 'client_auth' })]);
  expect(connected).toEqual({ connectedAt: Date.UTC(2026, 0, 1), calledAt: null });
  const later = { ts: '2026-01-01T00:00:09Z' };
  const called = heardIn(connected, 'codex', [
    line({ event: 'client_auth', ...later }),
    line({ event: 'tool_result', ...later }),
  ]);
  expect(called).toEqual({ connectedAt: connected.connectedAt, calledAt: Date.UTC(2026, 0, 1, 0, 0, 9) });
});

test('denied sign-ins, other clients, calls of the playground and changes of the client do not count', () => {
  const lines = [
    line({ event: 'client_auth', allowed: false }),
    line({ event: 'client_auth', client_id: 'vscode' }),
    line({ event: 'tool_result', detail: { via: 'management' } }),
    line({ event: 'config_change', detail: { action: 'application_connect' } }),
  ];
  expect(heardIn(nothingHeard, 'codex', lines)).toEqual(nothingHeard);
});
