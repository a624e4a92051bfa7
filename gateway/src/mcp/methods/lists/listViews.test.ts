import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ByteBudget } from '../../../byteBudget.ts';
import { Catalog } from '../../../catalog/catalog.ts';
import type { Item } from '../../../catalog/items.ts';
import { ListMemory } from '../../../catalog/memory/listMemory.ts';
import { systemClock } from '../../../clock.ts';
import { silentLogger } from '../../../logger.ts';
import { ToolMarks } from '../../../pins/toolMarks.ts';
import type { Client, Registry, Server, ToolPolicy } from '../../../registry/types.ts';
import { plain } from '../../../upstream/testing/servers.ts';
import type { Instance, UpstreamPool } from '../../../upstream/types.ts';
import { ListViews } from './listViews.ts';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-views-'));
// Views store what they learn after a test has ended.
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 10 }));
let worlds = 0;
const budget = (): ByteBudget => new ByteBudget(() => 1_000_000);

const client = {
  id: 'red',
  socket: null,
  certificates: [],
  allowServers: new Set(['files']),
  toolPolicy: new Map(),
  tools: { mode: 'all', max: 100, always: [], descriptions: 'full' },
} as unknown as Client;

const names = ['read', 'write', 'delete', 'a tool with a long name that needs an alias on the path of all'];
const ids = ['files', 'git'];
const tool = fc.record({
  name: fc.constantFrom(...names),
  description: fc.constantFrom('one', 'two'),
  inputSchema: fc.constant({ type: 'object' }),
});
const list = fc.uniqueArray(tool, { selector: ({ name }) => name });
const policy: fc.Arbitrary<ToolPolicy> = fc.record({
  mode: fc.constantFrom('allow_all', 'deny_all', 'allow_list'),
  allowTools: fc.subarray(names).map((all) => new Set(all)),
  denyTools: fc.subarray(names).map((all) => new Set(all)),
});
const server = fc.record({ toolPolicy: policy, pinTools: fc.boolean() });
const drawn = fc.record({
  servers: fc.tuple(server, server),
  clientPolicy: policy,
  granted: fc.subarray(ids),
  only: fc.constantFrom(null, ...ids),
  /** What each server lists over time, and whether the gateway is restarted before it is asked again. */
  history: fc.array(fc.record({ lists: fc.tuple(list, list), restart: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  }),
});

/** A catalog over servers that list what `current` holds when they are started. */
async function catalogOf(
  servers: ReadonlyMap<string, Server>,
  marks: ToolMarks,
  current: Map<string, Item[]>,
  place: string,
) {
  const memory = await ListMemory.open(join(folder, place, 'registry.yaml'), {
    clock: systemClock,
    logger: silentLogger,
    held: new ByteBudget(() => 64 * 1024 ** 2),
  });
  const instances = new Map<string, Instance>();
  const pool = {
    acquire: ({ id }: Server) => {
      const tools = [...(current.get(id) ?? [])];
      const instance = {
        serverId: id,
        era: 'legacy',
        called: false,
        ended: new Promise(() => undefined),
        initializeResult: { capabilities: { tools: {} } },
        request: () => Promise.resolve({ result: { tools }, bytes: 1 }),
      } as unknown as Instance;
      instances.set(id, instance);
      return Promise.resolve(instance);
    },
    ready: () => undefined,
  } as unknown as UpstreamPool;
  const catalog = new Catalog({
    pool,
    memory,
    server: (id) => servers.get(id),
    now: () => performance.now(),
    startsAtOnce: 2,
    refreshOnCall: () => true,
    patienceMs: 10_000,
    compare: (serverId, one) => marks.compare(serverId, one),
    maxListBytes: () => 1_000_000,
    held: budget(),
    onCut: () => undefined,
  });
  return { catalog, memory };
}

const connection = { asksForSearch: false, application: undefined };

test('after a refresh the cached view equals the view of fresh servers', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, async ({ servers: defined, clientPolicy, granted, only, history }) => {
      const world = `${++worlds}`;
      const servers = new Map<string, Server>(ids.map((id, place) => [id, plain({ id, ...defined[place] })]));
      const client: Client = {
        id: 'red',
        tokens: [],
        socket: null,
        certificates: [],
        allowServers: new Set(granted),
        rateLimitRpm: null,
        toolPolicy: new Map([['files', clientPolicy]]),
        tools: { mode: 'all', max: 100, always: [], descriptions: 'full' },
        clientRequests: new Map(),
      };
      const registry = { servers, clients: new Map([['red', client]]) } as unknown as Registry;
      const marks = await ToolMarks.open(join(folder, world, 'registry.yaml'), {
        clock: systemClock,
        logger: silentLogger,
      });
      const owner = { clientId: 'red', sessionId: null };
      const viewer = { client, registry, only, owner, supportsTasks: false, connection };
      const current = new Map<string, Item[]>();
      let kept = await catalogOf(servers, marks, current, world);
      let views = new ListViews(kept.catalog, () => marks.revision, budget());
      for (const { lists, restart } of history) {
        ids.forEach((id, place) => {
          const tools = lists[place] ?? [];
          current.set(id, tools);
          marks.observe(id, tools);
        });
        if (restart) {
          await kept.memory.close();
          kept = await catalogOf(servers, marks, current, world);
          views = new ListViews(kept.catalog, () => marks.revision, budget());
        }
        for (const one of servers.values()) await kept.catalog.refresh(one, [owner]);
        const fresh = await catalogOf(servers, marks, current, `${world}-fresh-${++worlds}`);
        const asked = [...client.allowServers].filter((id) => only === null || id === only);
        const offers = await fresh.catalog.offers(
          asked.flatMap((id) => servers.get(id) ?? []),
          owner,
        );
        const expected = new ListViews(fresh.catalog, () => marks.revision, budget()).of(
          viewer,
          'tools',
          offers,
        );
        const known = views.known(viewer, 'tools');
        expect([known.text.bytes, known.shown]).toEqual([expected.text.bytes, expected.shown]);
        await fresh.memory.close();
      }
      await kept.memory.close();
      await marks.close();
    }),
    { numRuns: 40 },
  );
});

test('builds a view once until something it depends on changes', async () => {
  const servers = new Map<string, Server>([['files', plain({ id: 'files' })]]);
  const marks = await ToolMarks.open(join(folder, 'registry.yaml'), {
    clock: systemClock,
    logger: silentLogger,
  });
  const { catalog } = await catalogOf(servers, marks, new Map([['files', [{ name: 'a' }]]]), 'once');
  const registry = { servers } as unknown as Registry;
  const owner = { clientId: 'red', sessionId: null };
  const viewer = { client, registry, only: null, owner, supportsTasks: false, connection };
  const views = new ListViews(catalog, () => marks.revision, budget());
  await catalog.offers([...servers.values()], owner);
  const first = views.known(viewer, 'tools');
  expect(JSON.parse(first.text.bytes.toString())).toMatchObject([{ name: 'files__a' }]);
  expect(views.known(viewer, 'tools')).toBe(first);
  expect(views.known({ ...viewer, client: { ...client } }, 'tools')).not.toBe(first);
  const again = views.known(viewer, 'tools');
  expect(views.known(viewer, 'tools')).toBe(again);
  marks.observe('files', [{ name: 'a' }]);
  expect(views.known(viewer, 'tools')).not.toBe(again);
});

test('counts views as memory of their client, and evicts them for its other needs', async () => {
  const servers = new Map<string, Server>([['files', plain({ id: 'files' })]]);
  const marks = await ToolMarks.open(join(folder, 'registry.yaml'), {
    clock: systemClock,
    logger: silentLogger,
  });
  const items = [{ name: 'é'.repeat(10) }];
  const { catalog } = await catalogOf(servers, marks, new Map([['files', items]]), 'held');
  const registry = { servers } as unknown as Registry;
  const viewer = {
    client,
    registry,
    only: null,
    owner: { clientId: 'red', sessionId: null },
    supportsTasks: false,
    connection,
  };
  const held = budget();
  const views = new ListViews(catalog, () => marks.revision, held);
  await catalog.offers([...servers.values()], viewer.owner);
  const all = views.known(viewer, 'tools');
  const one = views.known({ ...viewer, only: 'files' }, 'tools');
  expect(held.total).toBe(all.text.bytes.length + one.text.bytes.length);
  views.known(viewer, 'tools');
  // The one used longest ago goes first.
  const request = held.open({ kind: 'client', id: 'red' });
  expect(request.add(250_000 - all.text.bytes.length)).toBeUndefined();
  expect(held.total).toBe(250_000);
  expect(views.known(viewer, 'tools')).toBe(all);
  expect(request.add(all.text.bytes.length)).toBeUndefined();
  // A view that doesn't fit is still returned.
  expect(views.known(viewer, 'tools').text.bytes).toEqual(all.text.bytes);
  expect(held.total).toBe(250_000);
  request[Symbol.dispose]();
  views.known(viewer, 'tools');
  views.known({ ...viewer, client: { ...client } }, 'tools');
  expect(held.total).toBe(all.text.bytes.length);
  views.keepOnly(new Map());
  expect(held.total).toBe(0);
});
