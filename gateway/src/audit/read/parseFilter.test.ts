import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditEvents } from '../events.ts';
import { parseQuery } from '../query/parseQuery.ts';
import { auditFilterNames, parseAuditFilter } from './parseFilter.ts';

test('reads every filter', () => {
  const texts = {
    event: 'tool_authz,tool_result',
    client: 'codex',
    server: 'one',
    tool: 'a b',
    allowed: 'false',
    reason: 'tool_denied',
    call: 'c-1',
    from: '2026-05-01T15:00:00+02:00',
    to: '2026-05-02',
    text: 'X',
    query: 'client:codex -word',
    outcomes: 'true',
  };
  expect(parseAuditFilter(texts)).toEqual({
    ok: true,
    filter: {
      events: ['tool_authz', 'tool_result'],
      client: 'codex',
      server: 'one',
      tool: 'a b',
      allowed: false,
      reason: 'tool_denied',
      call: 'c-1',
      from: '2026-05-01T13:00:00.000Z',
      to: '2026-05-02T00:00:00.000Z',
      text: 'X',
      query: [
        { key: 'client', value: 'codex', negated: false },
        { key: 'text', value: 'word', negated: true },
      ],
      outcomes: true,
    },
  });
});

test.each([
  ['event', 'nonesuch'],
  ['event', ''],
  ['allowed', 'maybe'],
  ['query', 'user:x'],
  ['query', 'since:1h'],
  ['outcomes', 'false'],
  ['from', 'yesterday'],
  ['to', '2026-13-01'],
] as const)('rejects %s=%s and names it', (name, value) => {
  expect(parseAuditFilter({ [name]: value })).toMatchObject({ ok: false, name });
});

test('keeps exactly what was given, for any combination', () => {
  const values = {
    event: fc.subarray([...auditEvents], { minLength: 1 }).map((events) => events.join(',')),
    client: fc.string(),
    server: fc.string(),
    tool: fc.string(),
    allowed: fc.constantFrom('true', 'false'),
    reason: fc.string(),
    call: fc.string(),
    from: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((at) => at.toISOString()),
    to: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((at) => at.toISOString()),
    text: fc.string(),
    query: fc.constantFrom('client:codex', '-word'),
    outcomes: fc.constant('true'),
  };
  expect(Object.keys(values)).toEqual([...auditFilterNames]);
  fc.assert(
    fc.property(fc.record(values, { requiredKeys: [] }), (texts) => {
      const parsed = parseAuditFilter(texts);
      const { event, allowed, query, outcomes, ...others } = texts;
      expect(parsed).toEqual({
        ok: true,
        filter: {
          ...others,
          ...(event !== undefined && { events: event.split(',') }),
          ...(allowed !== undefined && { allowed: allowed === 'true' }),
          ...(query !== undefined && { query: parseQuery(query).terms }),
          ...(outcomes !== undefined && { outcomes: true }),
        },
      });
    }),
  );
});
