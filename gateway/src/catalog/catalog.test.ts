import { expect, test } from 'vitest';
import { plain } from '../upstream/testing/servers.ts';
import type { Instance, UpstreamAnswer, UpstreamPool } from '../upstream/types.ts';
import { Catalog } from './catalog.ts';
import type { ListedDefinition } from './tools.ts';

const owner = { clientId: 'red', sessionId: null };
const answer = (...names: string[]): UpstreamAnswer => ({
  result: { tools: names.map((name) => ({ name })) },
  bytes: 1,
});

/** A catalog of servers whose lists are what a test makes them. */
function catalogOf(
  lists: Record<string, () => Promise<UpstreamAnswer>>,
  compare: () => ListedDefinition = () => 'approved',
) {
  const late: string[] = [];
  const cuts: unknown[] = [];
  const instances = new Map(
    Object.entries(lists).map(([id, request]) => [
      id,
      { request, initializeResult: { capabilities: { tools: {} } } } as unknown as Instance,
    ]),
  );
  const pool = {
    acquire: ({ id }: { id: string }) => Promise.resolve(instances.get(id)),
  } as unknown as UpstreamPool;
  const onLateArrival = (_owner: unknown, serverId: string): void => void late.push(serverId);
  return {
    catalog: new Catalog({
      pool,
      patienceMs: 20,
      onLateArrival,
      compare,
      maxListBytes: () => 1_000,
      onCut: (serverId, kind, kept) => cuts.push([serverId, kind, kept]),
    }),
    cuts,
    late,
  };
}

test('a slow server is left out, holds up no other, and is announced when it comes; a patient caller waits', async () => {
  const slow = Promise.withResolvers<UpstreamAnswer>();
  const { catalog, late } = catalogOf({
    slow: () => slow.promise,
    quick: () => Promise.resolve(answer('a')),
  });
  const servers = [plain({ id: 'slow' }), plain({ id: 'quick' })];
  const offers = await catalog.offers(servers, owner);
  expect(offers).toMatchObject([
    { ok: false, error: undefined },
    { ok: true, tools: [{ name: 'a' }] },
  ]);
  const patient = catalog.offers(servers, owner, { patient: true });
  expect(late).toEqual([]);
  slow.resolve(answer('b'));
  expect(await patient).toMatchObject([{ ok: true, tools: [{ name: 'b' }] }, { ok: true }]);
  await expect.poll(() => late).toEqual(['slow']);
});

test('tells how a tool compares with its approved definition, and lists it all the same', async () => {
  const { catalog } = catalogOf({ one: () => Promise.resolve(answer('a')) }, () => 'changed');
  const server = plain({ id: 'one', pinTools: true });
  expect(await catalog.tools(server, owner)).toEqual([{ name: 'a' }]);
  expect(await catalog.definition(server, owner, 'a')).toBe('changed');
  expect(await catalog.definition(server, owner, 'b')).toBe('unlisted');
});

test('a list is asked for once, and anew when the server says that it changed, or could not be had', async () => {
  let asked = 0;
  const { catalog } = catalogOf({
    one: () => Promise.resolve(++asked === 1 ? { error: { code: 1, message: '' }, bytes: 1 } : answer('a')),
  });
  const server = plain({ id: 'one' });
  await expect(catalog.tools(server, owner)).rejects.toThrow('error 1');
  await Promise.all([catalog.tools(server, owner), catalog.tools(server, owner)]);
  expect(asked).toBe(2);
  catalog.invalidate('one');
  await catalog.tools(server, owner);
  expect(asked).toBe(3);
});

test('a list above the limit is cut, and that is reported', async () => {
  const tools = ['a', 'b'].map((name) => ({ name, description: 'x'.repeat(600) }));
  const { catalog, cuts } = catalogOf({
    large: () => Promise.resolve({ result: { tools }, bytes: JSON.stringify({ tools }).length }),
  });
  const listed = await catalog.tools(plain({ id: 'large' }), owner);
  expect(listed.map(({ name }) => name)).toEqual(['a']);
  expect(cuts).toEqual([['large', 'tools', 1]]);
});
