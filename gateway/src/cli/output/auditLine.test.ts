import { describe, expect, it } from 'vitest';
import type { AuditLine } from '../../audit/types.ts';
import { auditLineText } from './auditLine.ts';
import { scriptedTerminal, shownOnTerminal } from '../testing/scriptedTerminal.ts';
import { styleOf } from './style.ts';

const line: AuditLine = {
  seq: 7,
  prev: '0'.repeat(64),
  ts: '2026-01-02T03:04:05.678Z',
  event: 'tool_authz',
  client_id: 'vscode',
  server_id: 'memory',
  tool_name: 'read_graph',
  allowed: true,
  reason: 'ok',
  call: 'c-1',
  request_id: null,
  detail: null,
};
const text = (changes: Partial<AuditLine>) =>
  auditLineText({ ...line, ...changes }, styleOf(scriptedTerminal(), 'stdout'));

describe('auditLineText', () => {
  it('says who, what and how it was decided', () => {
    expect(text({})).toBe(
      '2026-01-02T03:04:05.678Z  tool_authz      allowed  client vscode  memory read_graph',
    );
    expect(text({ allowed: false, reason: 'tool_denied' })).toContain('denied tool_denied');
    expect(text({ allowed: null, reason: null, detail: { outcome: 'ok', duration_ms: 12 } })).toContain(
      'ok in 12 ms',
    );
  });

  it('says how often a counted line happened', () => {
    expect(text({ allowed: false, reason: 'tool_denied', detail: { count: 12 } })).toMatch(/ {2}× 12$/);
  });

  it('stays one line on a terminal, and lets no control character of a name through', () => {
    const shown = text({
      tool_name: '\u001b[2J\n',
      client_id: 'a\u202eb',
      reason: '\r',
      event: '\u0007' as AuditLine['event'],
    });
    expect(shownOnTerminal(shown)).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});
