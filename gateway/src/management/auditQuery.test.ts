import { expect, test } from 'vitest';
import { cursorOf, exportFilterOf, filterKey, pageQueryOf } from './auditQuery.ts';
import { ApiError } from './route.ts';

const page = (query: string) => pageQueryOf(new URLSearchParams(query));

function refusal(query: string): string {
  try {
    page(query);
  } catch (error) {
    if (error instanceof ApiError) return error.failure.error;
  }
  return 'taken';
}

test('every filter is read; empty ones are none', () => {
  const { filter, limit, before } = page(
    'event=tool_authz,tool_result&client=codex&server=one&tool=a%20b&allowed=false&reason=tool_denied' +
      '&call=c-1&from=2026-05-01T15:00:00%2B02:00&to=2026-05-02&text=X&limit=7',
  );
  expect(filter).toEqual({
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
  });
  expect({ limit, before }).toEqual({ limit: 7, before: undefined });
  expect(page('client=&event=')).toEqual({ filter: {}, limit: 100, before: undefined });
});

test.each([
  'event=nonesuch',
  'allowed=maybe',
  'from=yesterday',
  'to=2026-13-01',
  'limit=0',
  'limit=501',
  'limit=1e2',
  'colour=red',
  'client=a&client=b',
])('%s is refused', (query) => {
  expect(refusal(query)).toBe('invalid_query');
});

test('a cursor holds for its own filters alone', () => {
  const cursor = cursorOf({ segment: 2, offset: 345 }, { client: 'codex', allowed: true });
  expect(page(`client=codex&allowed=true&cursor=${cursor}`).before).toEqual({ segment: 2, offset: 345 });
  expect(page(`allowed=true&client=codex&limit=5&cursor=${cursor}`).before).toEqual({
    segment: 2,
    offset: 345,
  });
  expect(refusal(`client=vscode&allowed=true&cursor=${cursor}`)).toBe('invalid_cursor');
  expect(refusal('cursor=nonsense')).toBe('invalid_cursor');
});

test('filters that mean the same have one key', () => {
  expect(filterKey({ client: 'a', server: 'b' })).toBe(filterKey({ server: 'b', client: 'a' }));
  expect(filterKey({ client: 'a' })).not.toBe(filterKey({ server: 'a' }));
});

test('an export has no pages', () => {
  expect(exportFilterOf(new URLSearchParams('client=a'))).toEqual({ client: 'a' });
  expect(() => exportFilterOf(new URLSearchParams('limit=5'))).toThrow(ApiError);
});
