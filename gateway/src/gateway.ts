import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Audit } from './audit/types.ts';
import { loadKeyFile } from './audit/checkpoint/keyFile.ts';
import { openAudit } from './audit/openAudit.ts';
import { SealWatch } from './audit/seal/sealWatch.ts';
import { keepReserve } from './audit/keepReserve.ts';
import { countRepeats } from './audit/repeats/countRepeats.ts';
import { systemClock, type Clock } from './clock.ts';
import { gatewayKeyPath } from './gatewayProof.ts';
import { ClientActivity } from './events/activity.ts';
import { EventFeed } from './events/feed.ts';
import { baseUrl } from './endpoint.ts';
import { AuthorizationServer } from './clients/authorizations/authorizationServer.ts';
import { BrowserSessions } from './clients/browserSessions.ts';
import { HeldCredentials } from './clients/heldCredentials.ts';
import { checkHost } from './http/door/hostGuard.ts';
import { Rejections } from './http/door/rejections.ts';
import { ManagementUse } from './http/door/managementUse.ts';
import { createHttp, type HttpServer } from './http/server.ts';
import { WebFiles } from './http/webFiles.ts';
import { listenAddress } from './assembly/listenAddress.ts';
import { makeFindable } from './assembly/findable.ts';
import { ByteBudget } from './byteBudget.ts';
import { memoryBudget } from './limits/memoryBudget.ts';
import { Turns } from './turns.ts';
import { TokenBucket } from './limits/tokenBucket.ts';
import { installation } from './installation.ts';
import type { Logger } from './logger.ts';
import { ListMemory } from './catalog/memory/listMemory.ts';
import { announcedOwner } from './mcp/call/questions/announced.ts';
import { recordMarks } from './pins/markRecord.ts';
import { cleanTexts } from './upstream/secrets/withoutSecrets.ts';
import { ToolMarks } from './pins/toolMarks.ts';
import { managementRoutes } from './management/routes.ts';
import { insideImage } from './registry/container/productImage.ts';
import { RegistryStore } from './registry/store.ts';
import { healthOfServers } from './assembly/healthOfServers.ts';
import { Latencies } from './stats/latency.ts';
import { issueSignInLink } from './http/routes/signIn.ts';
import { buildStatus } from './http/routes/statusView.ts';
import { DiskWatch } from './assembly/diskWatch.ts';
import { containerOpener } from './assembly/containerOpener.ts';
import { httpOpener } from './upstream/http/openHttp.ts';
import { createProcessOpener } from './upstream/process/openProcess.ts';
import { secretReading } from './upstream/secrets/readSecret.ts';
import { withSecrets } from './upstream/secrets/resolveSecrets.ts';
import { systemKeyring } from './upstream/secrets/systemKeyring.ts';
import { version } from './version.ts';
import { assemble } from './assembly/core.ts';
import { serverSignIns } from './assembly/serverSignIns.ts';

/** Checks of credentials a minute, for all callers together: enough for a person, too few for a guesser. */
const probesPerMinute = 10;
/** An application registers once, when it first signs in. */
const registrationsPerMinute = 30;
/** What runs at the end may take this long; with the ending of the servers it stays under 10 s. */
const drainMs = 4_000;

/** Where `npm start` builds the web interface. */
const webBuild = join(installation, 'web', 'build');

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
export interface Gateway {
  readonly host: string;
  readonly port: number;
  readonly store: RegistryStore;
  /** The code of a link that signs one browser in, once; null where the registry forbids that. */
  issueSignInLink(): Promise<string | null>;
  /** Drains: what runs is answered or ended within 4 s, then servers, log and sockets are closed. Idempotent. */
  close(): Promise<void>;
}

/**
 * Builds the gateway: the one place that knows everybody.
 * @throws RegistryInvalidError, what openAudit throws, or Node's error when the address can't be had
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger, clock = systemClock } = options;
  const started = clock.monotonic();
  const store = await RegistryStore.open(options.registryPath, { env: options.env, logger });
  const { settings } = store.current;
  await using undo = new AsyncDisposableStack();
  undo.defer(() => store.close());
  const log = options.audit ?? (await openLog(store, options, clock));
  const disk = await DiskWatch.start(settings.auditLog, logger);
  const audit = keepReserve(countRepeats(log, logger), disk, clock);
  undo.defer(() => audit.close());
  undo.defer(() => disk[Symbol.dispose]());
  const seals = await SealWatch.start(settings.auditLog, clock, options.env['LMCP_SEALER'] === 'expected');
  undo.defer(() => seals[Symbol.dispose]());

  const { env, registryPath } = options;
  const containers = await containerOpener({
    env,
    registryPath,
    auditLog: settings.auditLog,
    logger,
    disk,
    audit,
  });
  undo.defer(() => containers.close());
  const marks = await ToolMarks.open(registryPath, { clock, logger });
  recordMarks(
    marks,
    audit,
    logger,
    cleanTexts(() => store.current.servers),
  );
  const gatewayKey = await loadKeyFile(
    gatewayKeyPath(registryPath),
    { name: 'the key by which the command line knows this gateway', loss: 'nothing else depends on it' },
    logger,
  );
  const readSecret = secretReading({ keyring: systemKeyring, clock, env });
  const signIns = serverSignIns({
    ...{ store, audit, clock, logger, env, readSecret },
    keyring: systemKeyring,
    baseUrl: () => baseUrl({ host, port: http.port }),
    changed: (serverId) => core.retry(serverId),
  });
  const openers = {
    process: withSecrets(createProcessOpener(), readSecret),
    http: withSecrets(httpOpener(signIns.authorizationFor), readSecret),
    container: withSecrets(containers.open, readSecret),
  };
  const available = { constrained: process.constrainedMemory(), total: totalmem() };
  const held = new ByteBudget(() => memoryBudget(store.current.settings.memoryMib, available));
  const memory = await ListMemory.open(registryPath, {
    ...{ clock, logger, held },
    announced: (server, owner) => announcedOwner(store.current.clients, server, owner),
  });
  undo.defer(() => memory.close());
  const authorization = await AuthorizationServer.open(registryPath, { key: gatewayKey, clock, logger });
  const { authorizations } = authorization;
  undo.defer(() => authorizations.close());
  const credentials = new HeldCredentials(authorizations);
  const core = assemble({
    ...{ store, audit, clock, logger, openers, marks, memory, held },
    ...{ authorizations, credentials, signIns },
  });
  undo.defer(() => core.pool.close(0));
  let draining = false;
  const host = options.overrides?.host ?? settings.host;
  const bind = listenAddress({
    override: options.overrides?.host,
    listen: env['LMCP_LISTEN'],
    registry: settings.host,
    insideImage: insideImage(),
  });
  if (bind.warning !== undefined) logger.warn(bind.warning);
  const rejections = new Rejections(audit, clock, logger);
  const doorRejections = new Rejections(audit, clock, logger);
  const feed = new EventFeed(audit);
  const activity = new ClientActivity(audit);
  const latencies = new Latencies();
  audit.subscribe((line) => latencies.take(line));
  const healthOf = healthOfServers(core.pool, latencies, marks, signIns);
  const wantedPort = options.overrides?.port ?? settings.port;
  const sessions = new BrowserSessions(clock, () => core.bound.review());
  const managementUse = new ManagementUse(audit, logger);
  const isOurHost = (name: string): boolean =>
    checkHost({ ...store.current.settings, port: http.port }, [name]) === undefined;
  const http: HttpServer = createHttp(
    {
      registry: () => store.current,
      audit,
      endpoint: core.endpoint,
      feed,
      gatewayKey,
      rejections,
      doorRejections,
      bound: core.bound,
      managementUse,
      sessions,
      authorization,
      held: credentials,
      isOurHost,
      registrations: new TokenBucket(registrationsPerMinute, clock.monotonic()),
      memory: held,
      finishSignIn: (redirect) => signIns.finish(redirect),
      turns: new Turns(),
      probes: new TokenBucket(probesPerMinute, clock.monotonic()),
      clock,
      version,
      management: managementRoutes({
        env,
        store,
        audit,
        auditLog: settings.auditLog,
        disk,
        marks,
        clock,
        logger,
        activity,
        latencies,
        healthOf,
        authorization,
        isOurHost,
        signIns,
        redirectUri: () => signIns.redirectUri,
        baseUrl: () => baseUrl({ host, port: http.port }),
        ...core,
      }),
      disk,
      ui: new WebFiles(webBuild),
      draining: () => draining,
      status: (view) =>
        buildStatus(
          {
            store,
            audit,
            seals,
            disk,
            pool: core.pool,
            catalog: core.catalog,
            activity,
            healthOf,
            searchesOf: (clientId) => core.calls.searchCounts.of(clientId),
            version,
            host,
            port: () => http.port,
            foreignAddresses: http.foreignAddresses,
            uptimeS: () => (clock.monotonic() - started) / 1000,
          },
          view,
        ),
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
    logger,
  );
  undo.defer(() => void http.drain());
  // First of all: who is answered at the port finds the run file.
  const hide =
    options.findable === true
      ? await makeFindable({
          http,
          endpoint: { host, port: wantedPort },
          auditLog: settings.auditLog,
          env,
          logger,
        })
      : undefined;
  undo.defer(() => hide?.());
  await http.listen({ ...bind, port: wantedPort, loopbackOnly: settings.loopbackOnly });
  for (const address of http.foreignAddresses) {
    const url = baseUrl({ host: address, port: http.port });
    logger.warn(
      `another program has ${url}: a client that is told to use "localhost" may send its token there. ` +
        `Use ${baseUrl({ host, port: http.port })}, or end that program and start LMCP again.`,
    );
  }
  undo.move();

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    draining = true;
    await hide?.();
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
    await containers.close();
    // Every answer is on its way by now; a reader that does not take it can't hold up the end.
    await Promise.race([drained, sleep(500, undefined, { ref: false })]);
    http.close();
    rejections.flush();
    await managementUse.flush();
    doorRejections.flush();
    await store.close();
    await marks.close();
    seals[Symbol.dispose]();
    await memory.close();
    await authorizations.close();
    disk[Symbol.dispose]();
    await audit.close();
  };
  const issueLink = async (): Promise<string | null> =>
    store.current.settings.browserSignIn ? (await issueSignInLink({ audit, sessions }, null)).code : null;
  return { host, port: http.port, store, issueSignInLink: issueLink, close: () => (closing ??= close()) };
}

async function openLog(store: RegistryStore, options: GatewayOptions, clock: Clock): Promise<Audit> {
  const { settings } = store.current;
  return openAudit({
    path: settings.auditLog,
    rotateMib: () => store.current.settings.auditRotateMib,
    keyDir: dirname(options.registryPath),
    revision: store.revision,
    clock,
    logger: options.logger,
  });
}
