import type { Audit } from '../audit/types.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { RegistryDiff } from '../registry/diff.ts';
import type { RegistryStore } from '../registry/store.ts';
import type { Registry } from '../registry/types.ts';
import type { BoundStreams } from '../http/boundStreams.ts';
import type { Authorizations } from '../clients/authorizations/authorizations.ts';
import type { HeldCredentials } from '../clients/heldCredentials.ts';
import type { Logger } from '../logger.ts';
import type { Announcer } from '../mcp/session/announcer.ts';
import type { Sessions } from '../mcp/session/sessions.ts';
import type { UpstreamPool } from '../upstream/types.ts';

export interface Governed {
  readonly store: RegistryStore;
  readonly audit: Audit;
  readonly pool: UpstreamPool;
  readonly catalog: Catalog;
  readonly sessions: Sessions;
  readonly bound: BoundStreams;
  readonly announcer: Announcer;
  readonly authorizations: Authorizations;
  readonly credentials: HeldCredentials;
  readonly logger: Logger;
}

/** More than these in one change are left out of its audit line. */
const maxChanges = 50;

/** Activates a changed registry: logged first, then everywhere together. */
export function governRegistry(governed: Governed): void {
  const { store, audit, pool, catalog, announcer, authorizations, logger } = governed;
  governed.credentials.onEnd(() => endWithCredentials(governed));
  store.beforeChange(async ({ diff, source, revision, requestId }) => {
    const detail = { source, revision, changes: diff.summary.slice(0, maxChanges) };
    await audit.append([
      { event: 'config_change', allowed: true, reason: 'ok', request_id: requestId, detail },
    ]);
  });
  store.subscribe((event) => {
    if (event.type === 'broken') void recordBroken(audit, logger, event.error.problems.length);
    if (event.type !== 'changed') return;
    const { registry, previous, diff } = event;
    pool.reconcile(registry.servers);
    for (const serverId of diff.servers.removed) catalog.forget(serverId);
    endWithCredentials(governed);
    authorizations.keepOnly(registry.clients).catch((error: unknown) => {
      logger.error(
        `that the applications of removed clients are signed out could not be stored: ${String(error)}`,
      );
    });
    for (const [clientId] of previous.clients) {
      if (!registry.clients.has(clientId)) pool.release({ clientId, sessionId: null });
    }
    for (const clientId of clientsConcerned(registry, diff)) announcer.clientChanged(clientId);
  });
}

/** Sessions and streams end with the credential that opened them. */
function endWithCredentials({ store, sessions, bound, credentials }: Governed): void {
  sessions.endWhere((identity) => !credentials.isGood(store.current, identity));
  bound.review();
}

/** Clients whose list of tools may be another one now; telling one too many does no harm. */
function clientsConcerned(registry: Registry, { clients, servers }: RegistryDiff): string[] {
  const changed = new Set([...servers.added, ...servers.changed, ...servers.removed]);
  return [...registry.clients.values()]
    .filter(
      ({ id, allowServers }) =>
        clients.changed.includes(id) || [...allowServers].some((server) => changed.has(server)),
    )
    .map(({ id }) => id);
}

/** An edit that cannot become active: the last valid version stays, and that is logged. */
async function recordBroken(audit: Audit, logger: Logger, problems: number): Promise<void> {
  const entry = {
    event: 'config_change',
    allowed: false,
    reason: 'registry_invalid',
    detail: { source: 'file', problems },
  } as const;
  await audit.append([entry]).catch((error: unknown) => {
    logger.error(`a broken registry could not be logged: ${String(error)}`);
  });
}
