import { expect, test } from 'vitest';
import { activityOf, addressOfOldFilter, asksForLines, readView, viewAddress } from './activityAddress.ts';
import { parseQuery } from 'lmcp-gateway/src/audit/query/parseQuery.ts';

const read = (address: string): ReturnType<typeof readView> => readView(new URLSearchParams(address));

test('a view survives its address', () => {
  for (const view of [
    { query: '', everyLine: false, follow: true },
    { query: 'client:codex "two & words"', everyLine: true, follow: false },
  ]) {
    expect(read(viewAddress(view))).toEqual(view);
  }
  expect(viewAddress({ query: '', everyLine: false, follow: true })).toBe('');
});

test('names with spaces and colons are quoted', () => {
  expect(read(activityOf({ client: 'a b', text: 'c:d' })).query).toBe('client:"a b" "c:d"');
});

test('filters of the pages Live and Audit become terms; what is none is left out', () => {
  const old = 'event=tool_authz,nonesuch&client=codex&allowed=true&from=2026-05-01T13:00&to=never&text=a%20b';
  expect(read(addressOfOldFilter(new URLSearchParams(old))).query).toBe(
    'event:tool_authz client:codex -outcome:denied since:2026-05-01T13:00 "a b"',
  );
});

test('an event or a call asks for lines', () => {
  const asks = (query: string): boolean => asksForLines(parseQuery(query).terms);
  expect(['event:tool_authz', 'call:c-1', '-event:tool_authz', 'client:codex'].map(asks)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
