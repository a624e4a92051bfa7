import { join } from 'node:path';
import { BrowserSessions } from '../clients/browserSessions.ts';
import type { HeldCredentials } from '../clients/heldCredentials.ts';
import type { Clock } from '../clock.ts';
import type { Endpoint } from '../endpoint.ts';
import { ClientActivity } from '../events/activity.ts';
import { EventFeed } from '../events/feed.ts';
import { checkHost } from '../http/door/hostGuard.ts';
import { ManagementUse } from '../http/door/managementUse.ts';
import { Rejections } from '../http/door/rejections.ts';
import { buildStatus } from '../http/routes/statusView.ts';
import { createHttp, type HttpServer } from '../http/server.ts';
import { WebFiles } from '../http/webFiles.ts';
import { installation } from '../installation.ts';
import { TokenBucket } from '../limits/tokenBucket.ts';
import type { Logger } from '../logger.ts';
import type { ListenerTls } from '../registry/types.ts';
import type { SignIns } from '../signin/signIns.ts';
import { Activity } from '../stats/activity.ts';
import { ClientCounts } from '../stats/clientCounts.ts';
import { Latencies } from '../stats/latency.ts';
import { Turns } from '../turns.ts';
import { version } from '../version.ts';
import type { Core } from './core.ts';
import { healthOfServers } from './healthOfServers.ts';
import type { State } from './state.ts';

/** Checks of credentials a minute, for all callers together: enough for a person, too few for a guesser. */
const probesPerMinute = 10;
/** An application registers once, when it first signs in. */
const registrationsPerMinute = 30;

/** Where `npm start` builds the web interface. */
const webBuild = join(installation, 'web', 'build');

/** Everything that is reached over HTTP. */
export interface HttpSide {
  readonly http: HttpServer;
  readonly feed: EventFeed;
  readonly sessions: BrowserSessions;
  /** Logs what is still counted. */
  readonly flush: () => Promise<void>;
}

export function httpSide(parts: {
  readonly state: State;
  readonly core: Core;
  readonly signIns: SignIns;
  readonly credentials: HeldCredentials;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where clients reach it. */
  readonly gatewayEndpoint: () => Endpoint;
  /** As clients name it. */
  readonly host: string;
  /** Null: plain HTTP. */
  readonly tls: ListenerTls | null;
  readonly wantedPort: number;
  readonly draining: () => boolean;
}): HttpSide {
  const { state, core, signIns, credentials, env, clock, logger, host, tls, wantedPort, draining } = parts;
  const { gatewayEndpoint } = parts;
  const { store, audit, auditLog, logIndex, disk, seals, marks, held, authorization, gatewayKey } = state;
  const started = clock.monotonic();
  const rejections = new Rejections(audit, clock, logger);
  const doorRejections = new Rejections(audit, clock, logger);
  const managementUse = new ManagementUse(audit, logger);
  const feed = new EventFeed(audit);
  const activity = new ClientActivity(audit);
  const decisions = new Activity(clock.now());
  audit.subscribe((line) => decisions.take(line));
  const clientCounts = new ClientCounts({
    ...{ audit, clock, path: auditLog, index: logIndex },
    isClient: (id) => store.current.clients.has(id),
  });
  const latencies = new Latencies();
  audit.subscribe((line) => latencies.take(line));
  const healthOf = healthOfServers(core.pool, latencies, marks, signIns);
  const sessions = new BrowserSessions(clock, () => core.bound.review());
  const isOurHost = (name: string): boolean =>
    checkHost({ ...store.current.settings, port: http.port, tls: tls !== null }, [name]) === undefined;
  const statusSources = {
    ...{ store, audit, seals, disk, activity, healthOf, version, host },
    pool: core.pool,
    catalog: core.catalog,
    searchesOf: (clientId: string) => core.calls.searchCounts.of(clientId),
    port: () => http.port,
    uptimeS: () => (clock.monotonic() - started) / 1000,
  };
  const http: HttpServer = createHttp(
    {
      ...{ audit, feed, gatewayKey, rejections, doorRejections, managementUse, sessions, authorization },
      ...{ isOurHost, clock, version, disk, draining },
      registry: () => store.current,
      endpoint: core.endpoint,
      bound: core.bound,
      held: credentials,
      registrations: new TokenBucket(registrationsPerMinute, clock.monotonic()),
      memory: held,
      finishSignIn: (redirect) => signIns.finish(redirect),
      turns: new Turns(),
      probes: new TokenBucket(probesPerMinute, clock.monotonic()),
      management: async () => {
        const { managementRoutes } = await import('../management/routes.ts');
        return managementRoutes({
          ...{ env, store, audit, auditLog, logIndex, disk, marks, clock, logger },
          ...{ activity, latencies, healthOf, authorization, isOurHost, signIns, decisions, clientCounts },
          redirectUri: () => signIns.redirectUri,
          gatewayEndpoint,
          ...core,
        });
      },
      ui: new WebFiles(webBuild),
      status: (view) => buildStatus({ ...statusSources, foreignAddresses: http.foreignAddresses }, view),
      describe: () => ({
        service: 'lmcp',
        version,
        host,
        port: http.port,
        loopback_only: store.current.settings.loopbackOnly,
        client_count: store.current.clients.size,
        server_count: store.current.servers.size,
      }),
    },
    wantedPort,
    tls,
    logger,
  );
  const flush = async (): Promise<void> => {
    rejections.flush();
    doorRejections.flush();
    await managementUse.flush();
  };
  return { http, feed, sessions, flush };
}
