import { expect, test } from 'vitest';
import { plain } from '../upstream/testing/servers.ts';
import type { Instance, UpstreamAnswer, UpstreamPool } from '../upstream/types.ts';
import { Catalog } from './catalog.ts';

const owner = { clientId: 'red', sessionId: null };
const answer = (...names: string[]): UpstreamAnswer => ({
  result: { tools: names.map((name) => ({ name })) },
  bytes: 1,
});

/** A catalog of servers whose lists are what a test makes them. */
function catalogOf(lists: Record<string, () => Promise<UpstreamAnswer>>, isApproved = () => true) {
  const late: string[] = [];
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
  return { catalog: new Catalog({ pool, patienceMs: 20, onLateArrival, isApproved }), late };
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

test('under pin_tools only approved tools are there', async () => {
  const lists = { pinned: () => Promise.resolve(answer('a')) };
  const { catalog } = catalogOf(lists, () => false);
  expect(await catalog.tools(plain({ id: 'pinned', pinTools: true }), owner)).toEqual([]);
  expect(await catalog.tools(plain({ id: 'pinned' }), owner)).toEqual([{ name: 'a' }]);
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
