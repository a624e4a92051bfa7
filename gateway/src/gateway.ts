import { setTimeout as sleep } from 'node:timers/promises';
import { ClientSockets } from './assembly/clientSockets.ts';
import { assemble } from './assembly/core.ts';
import { makeFindable } from './assembly/findable.ts';
import { httpSide } from './assembly/httpSide.ts';
import { closeLogSurely } from './audit/closeLogSurely.ts';
import { listenAddress } from './assembly/listenAddress.ts';
import { serverSignIns } from './assembly/serverSignIns.ts';
import { openState } from './assembly/state.ts';
import type { Audit } from './audit/types.ts';
import { HeldCredentials } from './clients/heldCredentials.ts';
import { systemClock, type Clock } from './clock.ts';
import { baseUrl, type Endpoint } from './endpoint.ts';
import { issueSignInLink } from './http/routes/signIn.ts';
import type { HttpServer } from './http/server.ts';
import type { Logger } from './logger.ts';
import { insideImage } from './registry/container/productImage.ts';
import type { RegistryStore } from './registry/store.ts';
import { httpOpener } from './upstream/http/openHttp.ts';
import { createProcessOpener } from './upstream/process/openProcess.ts';
import { secretReading } from './upstream/secrets/readSecret.ts';
import { withSecrets } from './upstream/secrets/resolveSecrets.ts';
import { systemKeyring } from './upstream/secrets/systemKeyring.ts';

/** What runs at the end may take this long; with the ending of the servers it stays under 10 s. */
const drainMs = 4_000;
/** Milliseconds after which the log is closed, whatever still runs: the ends of calls, of servers and of answers take 8.5 s together. */
const logClosedMs = 8_800;

export interface GatewayOptions {
  readonly registryPath: string;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** Where to listen instead of what the registry says. */
  readonly overrides?: { readonly host?: string; readonly port?: number };
  /** Whether commands find this gateway: not one that another command starts for itself. */
  readonly findable?: boolean;
  /** Another log than the registry's, for a gateway that is not the machine's own. */
  readonly audit?: Audit;
}

/** A running gateway. */
export interface Gateway extends Endpoint {
  readonly store: RegistryStore;
  /** The code of a link that signs one browser in, once; null where the registry forbids that. */
  issueSignInLink(): Promise<string | null>;
  /** Drains: what runs is answered or ended within 4 s, then servers, log and sockets are closed. Idempotent. */
  close(): Promise<void>;
}

/**
 * Builds the gateway: the composition root.
 * @throws RegistryInvalidError, what openAudit throws, or Node's error when the address can't be had
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { registryPath, env, logger, clock = systemClock, overrides } = options;
  await using opened = new AsyncDisposableStack();
  const state = await openState({ registryPath, env, logger, clock, audit: options.audit }, opened);
  const { store, audit, auditLog, containers, authorization } = state;
  const { settings } = store.current;
  // A gateway that a command starts for itself is for that command alone.
  const isOwn = options.findable === true;
  const tls = isOwn ? settings.tls : null;
  // Where clients are told to call: under TLS a name that the certificate is valid for.
  const host = tls?.name ?? overrides?.host ?? settings.host;
  const endpoint = (): Endpoint => ({ host, port: http.port, tls: tls !== null });
  const bind = listenAddress({
    override: overrides?.host,
    listen: env['LMCP_LISTEN'],
    registry: settings.host,
    insideImage: insideImage(),
  });
  if (bind.warning !== undefined) logger.warn(bind.warning);
  const readSecret = secretReading({ keyring: systemKeyring, clock, env });
  const signIns = serverSignIns({
    ...{ store, audit, clock, logger, env, readSecret },
    keyring: systemKeyring,
    baseUrl: () => baseUrl(endpoint()),
    changed: (serverId) => core.retry(serverId),
  });
  const openers = {
    process: withSecrets(createProcessOpener(), readSecret),
    http: withSecrets(httpOpener(signIns.authorizationFor), readSecret),
    container: withSecrets(containers.open, readSecret),
  };
  const { authorizations } = authorization;
  const credentials = new HeldCredentials(authorization);
  const core = assemble({ ...state, clock, logger, openers, authorizations, credentials, signIns });
  const wantedPort = overrides?.port ?? settings.port;
  let draining = false;
  const { http, feed, sessions, flush } = httpSide({
    ...{ state, core, signIns, credentials, env, clock, logger, host, tls, wantedPort },
    gatewayEndpoint: endpoint,
    draining: () => draining,
  });
  const clientSockets = new ClientSockets(http, logger);
  store.subscribe((event) => {
    if (event.type !== 'changed') return;
    const { tls: next } = event.registry.settings;
    if (tls !== null && next !== null) http.useTls(next);
    if (isOwn) void clientSockets.follow(event.registry);
  });
  let hide: (() => Promise<void>) | undefined;
  const drain = async (): Promise<void> => {
    draining = true;
    await hide?.();
    await clientSockets.close();
    const drained = http.drain();
    feed.close();
    core.streams.close();
    core.parked.close();
    core.announcer.close();
    core.refresher.close();
    core.catalog.close();
    await Promise.race([core.endpoint.settled(), sleep(drainMs, undefined, { ref: false })]);
    core.sessions.close();
    await Promise.all([core.pool.close(0), core.trials.close()]);
    // Every answer is being sent by now; a reader that does not take it can't delay the end.
    await Promise.race([drained, sleep(500, undefined, { ref: false })]);
    http.close();
    await flush();
    // What an edit of the registry logs still needs the log.
    await store.close();
  };
  opened.defer(drain);
  // Before it listens: who is answered at the port finds the run file.
  if (isOwn) {
    hide = await makeFindable({ http, endpoint: { ...endpoint(), port: wantedPort }, auditLog, env, logger });
    await clientSockets.open(store.current);
  }
  await http.listen({ ...bind, port: wantedPort, loopbackOnly: settings.loopbackOnly });
  warnOfForeignAddresses(http, endpoint(), logger);
  const parts = opened.move();

  let closing: Promise<void> | undefined;
  const issueLink = async (): Promise<string | null> =>
    store.current.settings.browserSignIn ? (await issueSignInLink({ audit, sessions }, null)).code : null;
  return {
    ...endpoint(),
    store,
    issueSignInLink: issueLink,
    close: () => (closing ??= closeLogSurely(() => parts.disposeAsync(), audit, logClosedMs)),
  };
}

function warnOfForeignAddresses(http: HttpServer, endpoint: Endpoint, logger: Logger): void {
  for (const address of http.foreignAddresses) {
    const url = baseUrl({ ...endpoint, host: address });
    logger.warn(
      `another program has ${url}: a client that is told to use "localhost" may send its token there. ` +
        `Use ${baseUrl(endpoint)}, or end that program and start LMCP again.`,
    );
  }
}
