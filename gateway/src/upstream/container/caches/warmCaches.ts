import { UpstreamError } from '../../../errors.ts';
import type { ContainerServer } from '../../../registry/types.ts';
import type { OpenChannel } from '../../types.ts';
import { runOnce } from '../runOnce.ts';

/**
 * Fills the caches of `npx` servers that start without a network: before a server's first start its packages are looked for in
 * its cache, and downloaded where they are not there. That runs in a container of its own, which has the network of the stack's
 * servers and none of the server's secrets.
 */
export class WarmCaches {
  readonly #start: OpenChannel<ContainerServer>;
  /** By server and packages. */
  readonly #warm = new Map<string, Promise<void>>();

  constructor(start: OpenChannel<ContainerServer>) {
    this.#start = start;
  }

  /** @throws UpstreamError where they can't be downloaded */
  async fill(server: ContainerServer, signal: AbortSignal): Promise<void> {
    const { warmUp } = server.spec;
    if (warmUp === undefined) return;
    const key = JSON.stringify([server.id, warmUp]);
    const filling = this.#warm.get(key) ?? this.#fill(server, signal);
    this.#warm.set(key, filling);
    await filling.catch((error: unknown) => {
      this.#warm.delete(key);
      throw error;
    });
  }

  async #fill(server: ContainerServer, signal: AbortSignal): Promise<void> {
    const offline = await runOnce(this.#start, installing(server, true), signal);
    if (offline.code === 0) return;
    const { code, error } = await runOnce(this.#start, installing(server, false), signal);
    if (code === 0) return;
    const message = `Server "${server.id}" could not be started: its packages could not be downloaded into its cache, from which it starts without a network.`;
    throw new UpstreamError('start_failed', message, error?.operatorDetail ?? error?.message);
  }
}

/** Installs the packages and runs none of their programs. */
function installing(server: ContainerServer, isOffline: boolean): ContainerServer {
  const { spec } = server;
  const { packages = [], network = 'none' } = spec.warmUp ?? {};
  // Where npm finds its registry, and with which credentials; nothing else of the server's.
  const own = [...spec.env].filter(([name]) => /^(npm_config_|HOME$)/i.test(name));
  const env = new Map([...own, ['npm_config_offline', String(isOffline)] as const]);
  const reach = isOffline
    ? { network: 'none', extraHosts: [] }
    : { network, extraHosts: ['host.docker.internal:host-gateway'] };
  return {
    ...server,
    spec: {
      ...{ ...spec, ...reach, env, egress: undefined, warmUp: undefined },
      entrypoint: ['npx'],
      args: ['-y', ...packages.flatMap((name) => ['-p', name]), '-c', 'true'],
    },
  };
}
