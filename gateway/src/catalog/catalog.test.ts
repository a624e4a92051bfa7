import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import { UpstreamError } from '../errors.ts';
import { silentLogger } from '../logger.ts';
import { plain } from '../upstream/testing/servers.ts';
import type { Instance, UpstreamAnswer, UpstreamPool } from '../upstream/types.ts';
import { Catalog } from './catalog.ts';
import { ByteBudget } from '../byteBudget.ts';
import { ListMemory } from './memory/listMemory.ts';
import type { ListedDefinition } from './tools.ts';

const owner = { clientId: 'red', sessionId: null };
const answer = (...names: string[]): UpstreamAnswer => ({
  result: { tools: names.map((name) => ({ name })) },
  bytes: 1,
});

const folder = mkdtempSync(join(tmpdir(), 'lmcp-catalog-'));
afterAll(() => rmSync(folder, { recursive: true }));
let registries = 0;

/** A catalog of servers with the given lists. */
async function catalogOf(
  lists: Record<string, () => Promise<UpstreamAnswer>>,
  compare: () => ListedDefinition = () => 'approved',
  now?: () => number,
  capabilities: unknown = { tools: {} },
) {
  const changed: string[] = [];
  const started: string[] = [];
  const cuts: unknown[] = [];
  const held = new ByteBudget(() => 16_000);
  const ended = new Map(Object.keys(lists).map((id) => [id, Promise.withResolvers<undefined>()]));
  const instances = new Map(
    Object.entries(lists).map(([id, request]) => [
      id,
      {
        serverId: id,
        request,
        called: false,
        era: 'legacy',
        initializeResult: { capabilities },
        ended: ended.get(id)?.promise,
      } as unknown as Instance,
    ]),
  );
  const pool = {
    acquire: ({ id }: { id: string }) => {
      started.push(id);
      return Promise.resolve(instances.get(id));
    },
    ready: ({ id }: { id: string }) => (started.includes(id) ? instances.get(id) : undefined),
  } as unknown as UpstreamPool;
  const memory = await ListMemory.open(join(folder, `${++registries}`, 'registry.yaml'), {
    clock: systemClock,
    logger: silentLogger,
    held: new ByteBudget(() => 64 * 1024 ** 2),
  });
  const catalog = new Catalog({
    pool,
    memory,
    server: (id) => plain({ id }),
    now: now ?? (() => performance.now()),
    startsAtOnce: 2,
    refreshOnCall: () => true,
    patienceMs: 20,
    compare,
    maxListBytes: () => 1_000,
    held,
    onCut: (serverId, kind, kept) => cuts.push([serverId, kind, kept]),
  });
  catalog.subscribe((serverId) => void changed.push(serverId));
  return {
    catalog,
    held,
    end: (id: string) => ended.get(id)?.resolve(undefined),
    cuts,
    changed,
    started,
  };
}

test('leaves out a slow server without delaying others, and announces it later; a patient caller waits', async () => {
  const slow = Promise.withResolvers<UpstreamAnswer>();
  const { catalog, changed } = await catalogOf({
    slow: () => slow.promise,
    quick: () => Promise.resolve(answer('a')),
  });
  const servers = [plain({ id: 'slow' }), plain({ id: 'quick' })];
  const offers = await catalog.offers(servers, owner);
  expect(offers).toMatchObject([
    { ok: false, error: undefined },
    { ok: true, items: [{ name: 'a' }] },
  ]);
  // The next list doesn't wait for a server that exceeded the maximum wait before.
  const patience = vi.spyOn(globalThis, 'setTimeout');
  expect(await catalog.offers(servers, owner)).toMatchObject([{ ok: false, error: undefined }, { ok: true }]);
  expect(patience).not.toHaveBeenCalled();
  patience.mockRestore();
  const patient = catalog.offers(servers, owner, { patient: true });
  expect(changed).toEqual(['quick']);
  slow.resolve(answer('b'));
  expect(await patient).toMatchObject([{ ok: true, items: [{ name: 'b' }] }, { ok: true }]);
  await expect.poll(() => changed).toEqual(['quick', 'slow']);
});

test('reports how a tool compares with its approved definition, and lists it in any case', async () => {
  const { catalog } = await catalogOf({ one: () => Promise.resolve(answer('a')) }, () => 'changed');
  const server = plain({ id: 'one', pinTools: true });
  expect(await catalog.tools(server, owner)).toEqual([{ name: 'a' }]);
  expect(await catalog.definition(server, owner, 'a')).toBe('changed');
  expect(await catalog.definition(server, owner, 'b')).toBe('unlisted');
});

test('requests a list again for a missing name once the list is ten seconds old', async () => {
  let asked = 0;
  let now = 0;
  const listed = ['a'];
  const { catalog } = await catalogOf(
    { one: () => Promise.resolve((asked++, answer(...listed))) },
    () => 'approved',
    () => now,
  );
  const server = plain({ id: 'one' });
  expect(catalog.knownDefinition(server, owner, 'a')).toBeUndefined();
  expect(await catalog.definition(server, owner, 'a')).toBe('listed');
  expect(catalog.knownDefinition(server, owner, 'a')).toBe('listed');
  listed.push('b');
  now = 9_999;
  expect(await catalog.definition(server, owner, 'b')).toBe('unlisted');
  expect(catalog.knownDefinition(server, owner, 'b')).toBe('unlisted');
  expect(asked).toBe(1);
  now = 10_000;
  expect(catalog.knownDefinition(server, owner, 'a')).toBe('listed');
  expect(catalog.knownDefinition(server, owner, 'b')).toBeUndefined();
  const both = [catalog.definition(server, owner, 'b'), catalog.definition(server, owner, 'B')];
  expect(await Promise.all(both)).toEqual(['listed', 'unlisted']);
  expect(asked).toBe(2);
});

test('requests a list once, and again after a change or a failure', async () => {
  let asked = 0;
  const { catalog } = await catalogOf({
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
  const { catalog, cuts } = await catalogOf({
    large: () => Promise.resolve({ result: { tools }, bytes: JSON.stringify({ tools }).length }),
  });
  const listed = await catalog.tools(plain({ id: 'large' }), owner);
  expect(listed.map(({ name }) => name)).toEqual(['a']);
  expect(cuts).toEqual([['large', 'tools', 1]]);
});

test('asks no server whose list is remembered, and requests lists from each instance that starts', async () => {
  let lists = 0;
  const { catalog, started } = await catalogOf({
    one: () => Promise.resolve((lists++, answer('a'))),
  });
  const server = plain({ id: 'one' });
  await Promise.all([
    catalog.offers([server], owner),
    catalog.offers([server], { ...owner, clientId: 'blue' }),
  ]);
  expect([started, lists]).toEqual([['one'], 1]);
  expect(catalog.toolCount('one')).toBe(1);
  expect(catalog.described(server, owner)?.initializeResult).toEqual({ capabilities: { tools: {} } });
  await catalog.offersOf('prompts', [server], owner);
  expect(lists).toBe(1);
});

test('does not retry a failed list before its back-off ends, unless a person requests it', async () => {
  let asked = 0;
  const { catalog } = await catalogOf({
    bad: () => Promise.resolve((asked++, { error: { code: 7, message: 'no' }, bytes: 1 })),
  });
  const server = plain({ id: 'bad' });
  for (let list = 0; list < 5; list++)
    expect(await catalog.offers([server], owner)).toMatchObject([{ ok: false, error: { rpc: { code: 7 } } }]);
  expect(asked).toBe(1);
  catalog.retry('bad');
  await catalog.offers([server], owner);
  expect(asked).toBe(2);
  catalog.close();
});

test('requests tools from a server that declares nothing; a rejection means that it has none', async () => {
  const answers = {
    has: () => Promise.resolve(answer('a')),
    rejects: () => Promise.resolve({ error: { code: -32601, message: 'no such method' }, bytes: 1 }),
    silent: () => Promise.reject(new UpstreamError('timeout', 'did not answer')),
    gone: () => Promise.reject(new UpstreamError('exited', 'has ended')),
  };
  const { catalog } = await catalogOf(answers, undefined, undefined, {});
  const servers = Object.keys(answers).map((id) => plain({ id }));
  const offers = await catalog.offers(servers, owner);
  expect(offers.map((offer) => offer.ok && offer.items.map(({ name }) => name))).toEqual([
    ['a'],
    [],
    [],
    false,
  ]);
});

test('uses a list whose later page failed, and requests it again next time', async () => {
  let asked = 0;
  const { catalog } = await catalogOf({
    flaky: () => {
      asked++;
      const first = { result: { tools: [{ name: 'a' }], nextCursor: '2' }, bytes: 1 };
      if (asked !== 2) return Promise.resolve(asked === 4 ? answer('b') : first);
      return Promise.reject(new UpstreamError('timeout', 'did not answer'));
    },
  });
  const names = async () => (await catalog.tools(plain({ id: 'flaky' }), owner)).map(({ name }) => name);
  expect(await names()).toEqual(['a']);
  expect(await names()).toEqual(['a', 'b']);
  expect(await names()).toEqual(['a', 'b']);
  expect(asked).toBe(4);
});

test('counts lists of running instances as memory of their client, and leaves out what does not fit', async () => {
  const sized = (bytes: number) => () => Promise.resolve({ ...answer('a'), bytes });
  const { catalog, held, end } = await catalogOf({ one: sized(1_500), other: sized(600), third: sized(400) });
  const read = (id: string, clientId = owner.clientId) =>
    catalog.items('tools', plain({ id }), { ...owner, clientId });
  await read('one');
  await read('one');
  expect(held.total).toBe(1_500);
  await expect(read('other')).rejects.toMatchObject({ kind: 'overloaded' });
  await expect(read('other')).rejects.toThrow(/memory for lists of this client.*lmcp\.memory_mib/);
  expect(held.total).toBe(1_500);
  await read('third', 'another');
  expect(held.total).toBe(1_900);
  end('one');
  await expect.poll(() => held.total).toBe(400);
  await read('other');
  expect(held.total).toBe(1_000);
});
