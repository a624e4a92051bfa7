import { once } from 'node:events';
import { chmod, realpath, rm } from 'node:fs/promises';
import http from 'node:http';
import type { Logger } from '../logger.ts';
import type { EngineAddress } from '../upstream/container/engineAddress.ts';
import { EngineSide } from './engineSide.ts';
import { GuardServer } from './guardServer.ts';
import { withSockets, type GuardRules } from './rules.ts';

export interface GuardOptions {
  /** Where the engine itself listens. */
  readonly engine: EngineAddress;
  /** Where the guard listens. */
  readonly listen: EngineAddress;
  /** With real paths as roots. */
  readonly rules: GuardRules;
  readonly logger: Logger;
}

export interface Guard {
  /** The port where it listens; undefined on a Unix socket. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

/**
 * Stands between a gateway and the engine's socket, which nobody else holds: lets the few calls through that a gateway
 * makes, on its own containers, and only containers in the hardened form be created.
 */
export async function startGuard({ engine, listen, rules, logger }: GuardOptions): Promise<Guard> {
  const allRules = withSockets(rules, await socketPaths(engine, listen));
  const guard = new GuardServer(allRules, new EngineSide(engine), logger);
  const server = http.createServer((request, response) => void guard.answer(request, response));
  server.on('upgrade', (request, socket, head) => void guard.upgrade(request, socket, head));
  if ('socketPath' in listen) {
    await rm(listen.socketPath, { force: true });
    server.listen(listen.socketPath);
  } else {
    server.listen(listen.port, listen.host);
  }
  await once(server, 'listening');
  if ('socketPath' in listen) await chmod(listen.socketPath, 0o660);
  const address = server.address();
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    close: async () => {
      guard.endTunnels();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** As written and with links resolved, where it is there already. */
async function socketPaths(...addresses: readonly EngineAddress[]): Promise<string[]> {
  const written = addresses.flatMap((address) => ('socketPath' in address ? [address.socketPath] : []));
  const real = await Promise.all(written.map((path) => realpath(path).catch(() => path)));
  return [...new Set([...written, ...real])];
}
