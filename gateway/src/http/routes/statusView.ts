import type { ServerHealthView } from '../../api/schema/serverHealth.ts';
import type { Status, StatusClient, StatusServer } from '../../api/status.ts';
import type { SealWatch } from '../../audit/seal/sealWatch.ts';
import type { Audit } from '../../audit/types.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { ClientActivity } from '../../events/activity.ts';
import { visibleLine } from '../../events/visibility.ts';
import { invalidTools } from '../../catalog/strict/invalidTools.ts';
import { loosenedOf } from '../../registry/container/loosened.ts';
import type { RegistryStore } from '../../registry/store.ts';
import type { Client, Server } from '../../registry/types.ts';
import type { DiskState, StatusView } from '../context.ts';
import type { ServerState, UpstreamPool } from '../../upstream/types.ts';

/** Counts up with every change of the shape of `/status` (docs/status_api.md). */
const statusVersion = 4;

export interface StatusSources {
  readonly store: RegistryStore;
  readonly audit: Audit;
  readonly seals: Pick<SealWatch, 'state'>;
  readonly disk: DiskState;
  readonly pool: UpstreamPool;
  readonly catalog: Catalog;
  readonly activity: ClientActivity;
  /** How often a client searched for tools. */
  readonly searchesOf: (clientId: string) => StatusClient['tool_search'];
  readonly healthOf: (server: Server) => ServerHealthView;
  readonly version: string;
  readonly host: string;
  readonly port: () => number;
  readonly foreignAddresses: readonly string[];
  readonly uptimeS: () => number;
}

/** The body of `/status`. Without management: no client ids, no paths, no operating-system messages. */
export function buildStatus(sources: StatusSources, view: StatusView): Status {
  const { store, audit, version, host } = sources;
  const registry = store.current;
  const { settings, clients, servers } = registry;
  return {
    status_version: statusVersion,
    service: 'lmcp',
    version,
    host,
    port: sources.port(),
    loopback_only: settings.loopbackOnly,
    foreign_addresses: [...sources.foreignAddresses],
    uptime_s: Math.floor(sources.uptimeS()),
    management: settings.managementTokens.length > 0 ? 'enabled' : 'disabled',
    registry: registryStatus(store, view),
    audit: auditStatus(sources, view),
    client_count: clients.size,
    server_count: servers.size,
    clients: view.management ? [...clients.values()].map((client) => clientStatus(sources, client)) : [],
    servers: [...servers.values()].map((server) => serverStatus(sources, server, view)),
    recent_audit_entries: audit.recent(view.limit).map((line) => visibleLine(line, view.management)),
  };
}

function registryStatus(store: RegistryStore, view: StatusView): Status['registry'] {
  const { error, revision } = store;
  return {
    valid: error === null,
    ...(error !== null && view.management ? { error: error.message } : {}),
    revision,
  };
}

function auditStatus({ audit, seals, disk }: StatusSources, view: StatusView): Status['audit'] {
  const { ok, seq, error } = audit.status();
  const sealed = seals.state;
  return {
    ok,
    seq,
    ...(error !== undefined && view.management ? { error } : {}),
    disk_used_percent: disk.usedPercent,
    ...(disk.isNearlyFull && { warning: 'disk_nearly_full' }),
    ...(sealed && { sealed: { state: sealed.state, since: new Date(sealed.since).toISOString() } }),
  };
}

function clientStatus({ activity, searchesOf }: StatusSources, client: Client): StatusClient {
  return {
    client_id: client.id,
    token_status: client.tokens.length > 0 ? 'set' : 'empty',
    allow_servers: [...client.allowServers],
    rate_limit_rpm: client.rateLimitRpm,
    last_seen: activity.lastSeen(client.id),
    tools: client.tools.mode,
    tool_search: { ...searchesOf(client.id) },
  };
}

function serverStatus(sources: StatusSources, server: Server, view: StatusView): StatusServer {
  const health = sources.pool.health(server.id);
  const { timeouts } = server;
  return {
    server_id: server.id,
    transport: server.transport,
    runtime: server.runtime,
    state: health.state,
    available_hint: availableHint[health.state],
    tool_policy_mode: server.toolPolicy.mode,
    tool_count: sources.catalog.toolCount(server.id),
    timeouts: {
      initialize_s: timeouts.initializeS,
      tools_list_s: timeouts.toolsListS,
      tools_call_s: timeouts.toolsCallS,
      tools_call_max_s: timeouts.toolsCallMaxS,
      retry_on_timeout: timeouts.retryOnTimeout,
      retry_backoff_s: timeouts.retryBackoffS,
    },
    ...(view.management
      ? {
          since: instantOf(health.since),
          instances: health.instances,
          restarts: health.restarts,
          last_error: health.lastError,
          health: sources.healthOf(server),
          listed_at: instantOf(sources.catalog.listedAt(server.id)),
          loosened: loosenedOf(server),
          cut_lists: sources.catalog.cut.of(server.id),
          invalid_tool_count: invalidTools(sources.catalog.lastKnown(server.id) ?? []).length,
        }
      : {}),
  };
}

function instantOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

/** Would a call find the server? Null while nobody has tried. */
const availableHint: Record<ServerState, boolean | null> = {
  idle: null,
  starting: null,
  ready: true,
  backoff: false,
  failed: false,
};
