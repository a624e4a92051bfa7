import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import {
  emptyFilter,
  filterAddress,
  filterQuery,
  isFiltering,
  matchesFilter,
  readFilter,
} from './auditFilter.ts';

const line: AuditLine = {
  seq: 7,
  prev: '0'.repeat(64),
  ts: '2026-11-22T10:00:00.000Z',
  event: 'tool_authz',
  client_id: 'codex',
  server_id: 'git',
  tool_name: 'push',
  allowed: false,
  reason: 'tool_denied',
  call: 'c1',
  request_id: null,
  detail: null,
};

test('an address without a query is the empty filter', () => {
  expect(readFilter(new URLSearchParams(''))).toEqual(emptyFilter);
  expect(filterAddress(emptyFilter)).toBe('');
  expect(isFiltering(emptyFilter)).toBe(false);
});

test('what is written into the address is read back', () => {
  const text = fc.string();
  const filter = fc.record({
    event: text,
    client: text,
    server: text,
    tool: text,
    allowed: fc.constantFrom('' as const, 'true' as const, 'false' as const),
    reason: text,
    call: text,
    from: fc.constantFrom('', '2026-11-22T10:00'),
    to: fc.constantFrom('', '2026-11-23T10:00'),
    text,
  });
  fc.assert(
    fc.property(filter, (value) => {
      expect(readFilter(new URLSearchParams(filterAddress(value)))).toEqual(value);
    }),
  );
});

test('values that can’t be are left out', () => {
  expect(readFilter(new URLSearchParams('allowed=maybe&from=yesterday'))).toEqual(emptyFilter);
});

test('a query names instants in UTC and nothing that is empty', () => {
  const query = filterQuery({ ...emptyFilter, client: 'codex', from: '2026-11-22T10:00:00Z' });
  expect(query).toEqual({ client: 'codex', from: '2026-11-22T10:00:00.000Z' });
});

test('every part must match', () => {
  const matching = {
    ...emptyFilter,
    event: 'client_auth,tool_authz',
    client: 'codex',
    allowed: 'false' as const,
  };
  expect(matchesFilter(line, matching)).toBe(true);
  expect(matchesFilter(line, { ...matching, server: 'time' })).toBe(false);
  expect(matchesFilter(line, { ...matching, allowed: 'true' })).toBe(false);
  expect(matchesFilter(line, { ...emptyFilter, text: 'PUSH' })).toBe(true);
  expect(
    matchesFilter(line, { ...emptyFilter, from: '2026-11-22T10:00:00Z', to: '2026-11-22T10:00:00Z' }),
  ).toBe(false);
});
