import { cacheVolumePrefix, ownCacheSuffix } from '../../../registry/container/installation.ts';
import { resolveSpec } from '../../../registry/container/spec.ts';
import type { ContainerServer } from '../../../registry/types.ts';
import type { OpenChannel } from '../../types.ts';
import type { ContainerRuntime } from '../runtime/containerRuntime.ts';
import { ownUser } from '../ownUser.ts';
import { runOnce } from '../runOnce.ts';

interface Parts {
  readonly runtime: Pick<ContainerRuntime, 'capabilities' | 'volumes'>;
  readonly instance: string;
  readonly start: OpenChannel<ContainerServer>;
  readonly warn: (message: string) => void;
}

/**
 * Caches of versions in which all servers were one user. Before a server's first start its cache of that time, where there is
 * one, is copied to the one that belongs to its own user, and removed: a cache that another user owns can't be written.
 */
export class FormerCaches {
  readonly #parts: Parts;
  /** By the name of a server's cache. */
  readonly #adopted = new Map<string, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A failure is a warning: what is not in a cache is downloaded again. */
  async adopt(server: ContainerServer, signal: AbortSignal): Promise<void> {
    const cache = server.spec.mounts.find(
      ({ type, source }) =>
        type === 'volume' &&
        source === `${cacheVolumePrefix(this.#parts.instance)}${server.id}${ownCacheSuffix}`,
    )?.source;
    if (cache === undefined) return;
    const former = cache.slice(0, -ownCacheSuffix.length);
    const adoption = this.#adopted.get(cache) ?? this.#copy(server, former, cache, signal);
    this.#adopted.set(cache, adoption);
    await adoption.catch((error: unknown) => {
      this.#parts.warn(`the cache ${former} of an earlier version could not be used: ${String(error)}`);
    });
  }

  async #copy(server: ContainerServer, former: string, cache: string, signal: AbortSignal): Promise<void> {
    const { runtime } = this.#parts;
    const there = await runtime.volumes.list(former);
    if (!there.includes(former) || there.includes(cache)) return;
    const { rootless } = await runtime.capabilities();
    const user = ownUser({ instance: this.#parts.instance, server: server.id }, rootless);
    const end = await runOnce(
      this.#parts.start,
      { ...server, spec: copying(server, former, cache, user) },
      signal,
    );
    if (end.code !== 0) {
      await runtime.volumes.remove(cache).catch(() => undefined);
      throw end.error ?? new Error(`copying it ended with exit code ${String(end.code)}`);
    }
    await runtime.volumes.remove(former);
  }
}

/** Root without a network; only these two volumes are mounted. */
function copying(
  { spec }: ContainerServer,
  former: string,
  cache: string,
  user: string,
): ContainerServer['spec'] {
  const volume = { type: 'volume', readOnly: false } as const;
  return resolveSpec(
    {
      image: spec.image,
      entrypoint: ['sh', '-c', 'cp -a /former/. /cache/ && chown -hR "$0" /cache', user],
      user: '0:0',
      capAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
      mounts: [
        { ...volume, source: former, target: '/former', readOnly: true },
        { ...volume, source: cache, target: '/cache' },
      ],
      pull: 'never',
    },
    'hardened',
  );
}
