import { once } from 'node:events';
import { chmod, chown, realpath, rm } from 'node:fs/promises';
import http from 'node:http';
import type { Logger } from '../logger.ts';
import type { EngineAddress } from '../upstream/container/docker/engine/engineAddress.ts';
import { ByteBudget } from './byteBudget.ts';
import { hostsOf, listenRejection } from './door.ts';
import { EngineSide } from './engine/engineSide.ts';
import { GuardServer } from './guardServer.ts';
import { removeOwn } from './removeOwn.ts';
import { withSockets, type GuardRules } from '../registry/container/guardRules/rules.ts';

/** Connections in addition to one attachment per container: a gateway opens one per call and one for events. */
const spareConnections = 128;
/** Bytes of bodies and answers in memory at the same time; the whole guard fits into 256 MiB. */
const bytesAtATime = 16 * 1024 ** 2;

/** Milliseconds for a request's header, for the whole request, and of silence between two requests. */
export interface Deadlines {
  readonly header: number;
  readonly request: number;
  readonly idle: number;
}
const defaultDeadlines: Deadlines = { header: 10_000, request: 20_000, idle: 5_000 };

export interface GuardOptions {
  /** The address of the engine itself. */
  readonly engine: EngineAddress;
  /** The address of the guard. */
  readonly listen: EngineAddress;
  /** Shared with the gateway; required for TCP. */
  readonly secret?: string | undefined;
  /** Group id of a Unix socket; the guard's user must be a member. Defaults to the group of the process. */
  readonly socketGroup?: number | undefined;
  /** With real paths as roots. */
  readonly rules: GuardRules;
  readonly logger: Logger;
  readonly deadlines?: Deadlines;
}

export interface Guard {
  /** The TCP port; undefined on a Unix socket. */
  readonly port: number | undefined;
  /** Closes all attachments and removes the installation's containers. */
  close(): Promise<void>;
}

/**
 * Sits between a gateway and the engine's socket, to which only the guard has access: allows the few calls that a gateway
 * makes, only on its own containers, and only the creation of hardened containers.
 * @throws Error if it may not listen at the address
 */
export async function startGuard(options: GuardOptions): Promise<Guard> {
  const { listen, secret, logger, deadlines = defaultDeadlines } = options;
  const denial = listenRejection(listen, secret);
  if (denial !== undefined) throw new Error(denial);
  const rules = withSockets(options.rules, await socketPaths(options.engine, listen));
  const budget = new ByteBudget(bytesAtATime);
  const engine = new EngineSide(options.engine, budget);
  const server = boundedServer(rules.maxContainers + spareConnections, deadlines, logger);
  const port = await listenAt(server, listen);
  const hosts = hostsOf('socketPath' in listen ? listen : { ...listen, port: port ?? listen.port });
  const guard = new GuardServer({ door: { hosts, secret }, rules, engine, logger, budget });
  server.on('request', (request, response) => void guard.answer(request, response));
  server.on('upgrade', (request, socket, head) => void guard.upgrade(request, socket, head));
  if ('socketPath' in listen) await openToGroup(listen.socketPath, options.socketGroup);
  return {
    port,
    close: async () => {
      guard.endTunnels();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
      await removeOwn(engine, rules, logger);
    },
  };
}

/** Attachments have no deadline: the server has released their connection by then. */
function boundedServer(limit: number, deadlines: Deadlines, logger: Logger): http.Server {
  const server = http.createServer({
    headersTimeout: deadlines.header,
    requestTimeout: deadlines.request,
    keepAliveTimeout: deadlines.idle,
    connectionsCheckingInterval: Math.min(1_000, deadlines.header),
  });
  server.maxConnections = limit;
  let isFull = false;
  server.on('connection', () => (isFull = false));
  server.on('drop', () => {
    if (!isFull) logger.warn(`engine guard: rejected connections: ${limit} are open already`);
    isFull = true;
  });
  return server;
}

async function listenAt(server: http.Server, listen: EngineAddress): Promise<number | undefined> {
  if ('socketPath' in listen) {
    await rm(listen.socketPath, { force: true });
    // Independent of the mask of this process: no other user has access to the socket from the start.
    const mask = process.umask(0o177);
    server.listen(listen.socketPath);
    process.umask(mask);
  } else {
    server.listen(listen.port, listen.host);
  }
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

/** Until then, only the guard's own user can connect. */
async function openToGroup(path: string, group: number | undefined): Promise<void> {
  if (group !== undefined) await chown(path, -1, group);
  await chmod(path, 0o660);
}

/** The paths as written, and with links resolved if they exist. */
async function socketPaths(...addresses: readonly EngineAddress[]): Promise<string[]> {
  const written = addresses.flatMap((address) => ('socketPath' in address ? [address.socketPath] : []));
  const real = await Promise.all(written.map((path) => realpath(path).catch(() => path)));
  return [...new Set([...written, ...real])];
}
