import { availableParallelism } from 'node:os';
import type { Audit } from '../audit/types.ts';
import { Catalog } from '../catalog/catalog.ts';
import { GivenResources } from '../catalog/resources/givenResources.ts';
import { InvalidToolWarnings } from '../catalog/strict/invalidTools.ts';
import type { Clock } from '../clock.ts';
import type { ByteBudget, ClientMemory } from '../byteBudget.ts';
import { BoundStreams } from '../http/boundStreams.ts';
import type { Authorizations } from '../clients/authorizations/authorizations.ts';
import type { HeldCredentials } from '../clients/heldCredentials.ts';
import { lifecycleEntry } from './lifecycleEntry.ts';
import { ClientLimits } from '../limits/clientLimits.ts';
import type { Logger } from '../logger.ts';
import type { ListMemory } from '../catalog/memory/listMemory.ts';
import { Trials } from '../catalog/trials.ts';
import { listReadersOf } from '../catalog/listReaders.ts';
import { ListRefresher } from '../catalog/listRefresher.ts';
import { viewOf } from './viewOf.ts';
import { ListViews } from '../mcp/methods/lists/listViews.ts';
import { SearchCounts } from '../search/searchCounts.ts';
import { ToolSearch } from '../mcp/methods/search/toolSearch.ts';
import { Announcer } from '../mcp/session/announcer.ts';
import { McpEndpoint } from '../mcp/endpoint/endpoint.ts';
import type { DispatchDependencies } from '../mcp/methods/dispatch.ts';
import { announcedOwner } from '../mcp/call/questions/announced.ts';
import { LogLevels } from '../mcp/call/logLevels.ts';
import { ParkedCalls } from '../mcp/era/stateless/parkedCalls.ts';
import { Streams } from '../mcp/session/listenStreams.ts';
import { ResourceListeners } from '../mcp/session/resourceListeners.ts';
import { takeNotification } from '../mcp/session/serverNotifications.ts';
import { TaskClaims } from '../mcp/tasks/claims.ts';
import { Sessions } from '../mcp/session/sessions.ts';
import { answerRoots } from './answerRoots.ts';
import { governRegistry } from './registryChanges.ts';
import type { ToolMarks } from '../pins/toolMarks.ts';
import type { RegistryStore } from '../registry/store.ts';
import { createPool, type Openers, type PoolOptions } from '../upstream/pool/pool.ts';
import type { SignIns } from '../signin/signIns.ts';
import type { UpstreamPool } from '../upstream/types.ts';
import { cleanTexts } from '../upstream/secrets/withoutSecrets.ts';
import { version } from '../version.ts';

/** How long one slow server may hold up the list of all. */
const listPatienceMs = 8_000;
/** What answers MCP requests, and what it is made of. */
export interface Core {
  readonly pool: UpstreamPool;
  readonly catalog: Catalog;
  readonly trials: Trials;
  readonly sessions: Sessions;
  readonly streams: Streams;
  readonly bound: BoundStreams;
  readonly calls: DispatchDependencies;
  readonly parked: ParkedCalls;
  readonly announcer: Announcer;
  readonly refresher: ListRefresher;
  readonly limits: ClientLimits;
  readonly endpoint: McpEndpoint;
  /** A server that failed may work now: it is tried, and asked what it lists. */
  retry(serverId: string): void;
}

/** Builds the core. Each part gets those before it; what goes the other way is subscribed to at the end. */
export function assemble(parts: {
  readonly store: RegistryStore;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly openers: Openers;
  readonly marks: ToolMarks;
  readonly memory: ListMemory;
  readonly held: ByteBudget;
  readonly authorizations: Authorizations;
  readonly credentials: HeldCredentials;
  readonly signIns: Pick<SignIns, 'accepted'>;
}): Core {
  const { store, audit, clock, logger, openers, marks, memory, held, authorizations, credentials, signIns } =
    parts;
  const registry = () => store.current;
  const clientMemory: ClientMemory = {
    budget: held,
    full: (clientId, budget, what) => {
      const entry = {
        event: 'http_rejected',
        client_id: clientId,
        allowed: false,
        reason: 'overloaded',
      } as const;
      audit.append([{ ...entry, detail: { budget, what } }]).catch(() => undefined);
    },
  };
  const sessions = new Sessions(clock, clientMemory);
  const poolOptions: PoolOptions = {
    openers,
    clock,
    logger,
    hooks: {
      unsent: ({ clientId: id, via }) =>
        held.open(via === undefined ? { kind: 'client', id } : { kind: 'management' }),
      largestMessage: () => store.current.settings.maxResultBytes,
      lifecycle: (event) => audit.append([lifecycleEntry(event)]),
      announced: (server, owner) => announcedOwner(store.current.clients, server, owner),
      roots: (serverId, owner) => answerRoots({ registry, sessions, audit }, serverId, owner),
    },
  };
  const pool = createPool(poolOptions);
  const trials = new Trials({
    pool: poolOptions,
    lists: {
      held,
      now: () => clock.monotonic(),
      maxListBytes: () => store.current.settings.listMaxBytes,
    },
  });
  const invalidTools = new InvalidToolWarnings(
    (message) => logger.warn(message),
    cleanTexts(() => store.current.servers),
  );
  const catalog = new Catalog({
    pool,
    memory,
    server: (id) => store.current.servers.get(id),
    now: () => clock.monotonic(),
    patienceMs: listPatienceMs,
    startsAtOnce: availableParallelism(),
    refreshOnCall: () => store.current.settings.listRefresh.includes('on_call'),
    compare: (serverId, tool) => marks.compare(serverId, tool),
    onListed: (serverId, tools) => {
      marks.observe(serverId, tools);
      invalidTools.listed(serverId, tools);
    },
    onIncomplete: (serverId, method, what) =>
      logger.warn(`server "${serverId}" answered ${method} with ${what}: what it listed before that is used`),
    held,
    maxListBytes: () => store.current.settings.listMaxBytes,
    onCut: (serverId, kind, kept) => {
      const { listMaxBytes } = store.current.settings;
      audit
        .append([
          { event: 'server_error', server_id: serverId, detail: { kind: 'list_cut', list: kind, kept } },
        ])
        .catch(() => undefined);
      logger.warn(
        `the list of ${kind} of server "${serverId}" was cut after ${kept} of them: it is larger than ` +
          `lmcp.list_max_mib (${listMaxBytes / 1024 ** 2} MiB). The rest is not offered. Raise the limit, or let the server list less.`,
      );
    },
  });
  const streams = new Streams();
  const bound = new BoundStreams(registry);
  const taskClaims = new TaskClaims();
  const given = new GivenResources();
  const views = new ListViews(catalog, () => marks.revision, held);
  const search = new ToolSearch(catalog, views);
  const searchCounts = new SearchCounts();
  const calls = {
    pool,
    catalog,
    views,
    search,
    searchCounts,
    clock,
    logLevels: new LogLevels(),
    taskClaims,
    given,
  };
  const listeners = new ResourceListeners(pool, registry, given, clientMemory);
  const announcer = new Announcer({
    sessions,
    streams,
    registry,
    clock,
    view: (whose, kind) => viewOf(views, store.current, whose, kind),
  });
  pool.subscribe({
    notification: (notification, owner) =>
      takeNotification({ catalog, listeners, sessions, taskClaims, registry }, notification, owner),
    started: (instance, owner) => {
      const server = store.current.servers.get(instance.serverId);
      if (server?.runtime === 'http') signIns.accepted(server, owner.clientId);
      catalog.started(instance, owner);
      listeners.started(instance, owner);
    },
  });
  catalog.subscribe((serverId, owner, kind, own) => announcer.serverChanged(serverId, owner, kind, own));
  sessions.onEnd((session) => {
    listeners.release(session);
    pool.release({ clientId: session.identity.clientId, sessionId: session.id });
  });
  governRegistry({
    ...{ store, audit, pool, catalog, sessions, bound, announcer, logger },
    ...{ authorizations, credentials },
  });
  store.subscribe((event) => {
    if (event.type !== 'changed') return;
    views.keepOnly(store.current.clients);
    searchCounts.keepOnly(store.current.clients);
    given.keepOnly(store.current.clients, store.current.servers);
    for (const serverId of event.diff.servers.removed) {
      marks.forget(serverId);
      invalidTools.forget(serverId);
    }
  });
  const limits = new ClientLimits(clock);
  const parked = new ParkedCalls(clientMemory);
  const endpoint = new McpEndpoint({
    ...calls,
    parked,
    limit: (client) => limits.take(client),
    limitMessages: (client) => limits.takeMessage(client),
    sessions,
    streams,
    listeners,
    logger,
    version,
  });
  for (const { id } of store.current.servers.values()) {
    const tools = catalog.lastKnown(id);
    if (tools !== null) marks.observe(id, tools);
  }
  const refresher = new ListRefresher({
    catalog,
    readers: (server, before) => listReadersOf({ pool, memory }, server, before),
    registry,
    now: () => clock.now(),
    busy: () => pool.busy,
    logger,
  });
  const retry = (serverId: string): void => {
    const server = store.current.servers.get(serverId);
    pool.resetBackoff(serverId);
    catalog.retry(serverId);
    if (server !== undefined) void refresher.refresh(server).catch(() => undefined);
  };
  return {
    pool,
    catalog,
    trials,
    sessions,
    streams,
    bound,
    calls,
    parked,
    announcer,
    refresher,
    limits,
    endpoint,
    retry,
  };
}
