import { expect, test } from 'vitest';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import {
  isOwnTraffic,
  lineTone,
  lineText,
  reasonCodes,
  reasonDescription,
  denyingCheck,
  viaLabel,
} from './lineText.ts';

function line(fields: Partial<AuditLine>): AuditLine {
  return {
    seq: 1,
    prev: '',
    ts: '2026-11-22T10:00:00.000Z',
    event: 'tool_authz',
    client_id: null,
    server_id: null,
    tool_name: null,
    allowed: null,
    reason: null,
    call: null,
    request_id: null,
    detail: null,
    ...fields,
  };
}

test('names every reason of the gateway', () => {
  expect(reasonCodes).toEqual(expect.arrayContaining(['ok', 'tool_not_approved', 'registry_conflict']));
  expect(reasonDescription('server_not_allowed')).toBe("the server is not in the client's allow_servers");
});

test('a reason of a newer gateway is shown as it is, also one named like an object’s own property', () => {
  expect(reasonDescription('moon_is_full')).toBe('moon is full');
  expect(reasonDescription('constructor')).toBe('constructor');
});

test('a counted line says how often it happened', () => {
  const denied = line({ allowed: false, reason: 'server_not_allowed', detail: { count: 1_200 } });
  expect(lineText(denied)).toBe("the server is not in the client's allow_servers × 1,200");
});

test('a failed call is not a denial', () => {
  const failed = line({ event: 'tool_result', detail: { outcome: 'timeout', duration_ms: 180_000 } });
  expect(lineTone(failed)).toBe('failed');
  expect(denyingCheck(failed)).toBeNull();
  expect(lineText(failed)).toBe('timeout in 180000 ms');
  const denied = line({ allowed: false, reason: 'tool_denied' });
  expect(lineTone(denied)).toBe('denied');
  expect(denyingCheck(denied)).toBe('tool');
});

test('a finished call whose outcome is not told is no failure', () => {
  expect(lineTone(line({ event: 'tool_result' }))).toBe('allowed');
});

test('the interface’s own sign-in is its own traffic, a failed one is not', () => {
  expect(isOwnTraffic(line({ event: 'management_auth', allowed: true }))).toBe(true);
  expect(isOwnTraffic(line({ event: 'management_auth', allowed: false }))).toBe(false);
});

test('a call of the playground is not taken for one of the client itself', () => {
  expect(viaLabel(line({ client_id: 'codex', detail: { via: 'management' } }))).toBe('playground');
  expect(viaLabel(line({ client_id: null, detail: { via: 'management' } }))).toBeNull();
  expect(viaLabel(line({ client_id: 'codex', detail: { via: 'search' } }))).toBe('tool search');
  expect(viaLabel(line({ client_id: 'codex' }))).toBeNull();
});
