import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatLine } from '../format/line.ts';
import type { AuditEntry, AuditLine } from '../types.ts';
import { factsOf, isOutcomeLine, matchesTerms, matchesWildcard } from './matchQuery.ts';
import { parseQuery } from './parseQuery.ts';

function lineOf(entry: AuditEntry): AuditLine {
  return JSON.parse(formatLine(entry, 1, '0'.repeat(64), '2026-05-01T00:00:00.000Z')) as AuditLine;
}

function matches(query: string, entry: AuditEntry): boolean {
  const line = lineOf(entry);
  const hasText = (text: string): boolean => JSON.stringify(line).includes(text);
  return matchesTerms(parseQuery(query).terms, factsOf(line), hasText);
}

const written: AuditEntry = {
  event: 'tool_result',
  client_id: 'codex',
  server_id: 'filesystem',
  tool_name: 'write_file',
  detail: { outcome: 'timeout' },
};

test.each([
  ['client:codex tool:write_*', true],
  ['client:vscode client:codex', true],
  ['client:vscode', false],
  ['client:codex -tool:*_file', false],
  ['-outcome:ok outcome:failed', true],
  ['outcome:ok outcome:timeout', true],
  ['outcome:denied', false],
  ['filesystem write', true],
  ['filesystem nowhere', false],
  ['-nowhere -via:playground', true],
])('%s on a call that timed out: %s', (query, expected) => {
  expect(matches(query, written)).toBe(expected);
});

test('a call of the playground is found as such', () => {
  expect(matches('via:playground', { ...written, detail: { outcome: 'ok', via: 'management' } })).toBe(true);
  expect(matches('via:playground', { event: 'config_change', detail: { via: 'management' } })).toBe(false);
});

test('one line says how a call ended', () => {
  const call = 'c-1';
  const lines: [AuditEntry, boolean][] = [
    [{ event: 'client_auth', allowed: true, call }, false],
    [{ event: 'tool_authz', allowed: true, call }, false],
    [{ event: 'server_error', call }, false],
    [{ event: 'tool_result', call }, true],
    [{ event: 'tool_authz', allowed: false, call }, true],
    [{ event: 'server_error' }, true],
    [{ event: 'config_change', allowed: true }, true],
    [{ event: 'management_auth', allowed: true }, false],
  ];
  for (const [entry, expected] of lines)
    expect([entry, isOutcomeLine(lineOf(entry))]).toEqual([entry, expected]);
});

test('a wildcard matches as the same regular expression does', () => {
  const parts = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  const value = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  fc.assert(
    fc.property(parts, value, (pattern, text) => {
      const plainly = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);
      expect(matchesWildcard(pattern, text)).toBe(plainly);
    }),
  );
});
