import { expect, test } from 'vitest';
import { listPage, readListQuery } from './registryList.ts';

const facts = { origin: 'http://127.0.0.1:7345', version: '1.2.3', oauth: true };
const ids = ['time', 'Files', 'a_b', 'search-web'];

interface Page {
  readonly servers: readonly {
    readonly server: { readonly name: string; readonly remotes: readonly object[] };
  }[];
  readonly metadata: { readonly count: number; readonly nextCursor?: string };
}

function pageOf(query: string, oauth = true): Page {
  const read = readListQuery(new URLSearchParams(query));
  if (!read.ok) throw new Error(read.message);
  return listPage(ids, read, { ...facts, oauth }) as Page;
}

test('pages hold every server once, in one order', () => {
  const seen: string[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const page = pageOf(`limit=1&cursor=${encodeURIComponent(cursor)}`);
    expect(page.metadata.count).toBe(1);
    seen.push(...page.servers.map(({ server }) => server.name));
    cursor = page.metadata.nextCursor;
  }
  expect(seen).toEqual(['local.lmcp/Files', 'local.lmcp/a_b', 'local.lmcp/search-web', 'local.lmcp/time']);
});

test('search and version narrow the list', () => {
  const names = (query: string) => pageOf(query).servers.map(({ server }) => server.name);
  expect(names('search=FILE')).toEqual(['local.lmcp/Files']);
  expect(names('version=latest')).toHaveLength(4);
  expect(names('version=1.2.3')).toHaveLength(4);
  expect(names('version=9.9.9')).toEqual([]);
});

test('an application that cannot sign in is told to ask for a token', () => {
  const [remote] = pageOf('search=time', false).servers[0]?.server.remotes ?? [];
  expect(remote).toMatchObject({
    type: 'streamable-http',
    url: 'http://127.0.0.1:7345/mcp/time',
    headers: [{ name: 'Authorization', isSecret: true, value: 'Bearer {token}' }],
  });
  expect(pageOf('search=time').servers[0]?.server.remotes).toEqual([
    { type: 'streamable-http', url: 'http://127.0.0.1:7345/mcp/time' },
  ]);
});

test.each(['limit=0', 'limit=101', 'limit=1.5', 'limit=many'])('rejects %s', (query) => {
  expect(readListQuery(new URLSearchParams(query)).ok).toBe(false);
});
