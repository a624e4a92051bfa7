import { cacheVolumePrefix } from '../../../registry/container/installation.ts';
import type { ContainerServer } from '../../../registry/types.ts';
import type { UpstreamError } from '../../../errors.ts';
import type { RuntimeVolumes } from '../runtime/containerRuntime.ts';
import { cacheTooLarge } from '../failures.ts';

/** Milliseconds between two measurements; and the multiple of what the last one took, since the engine reads every folder for it. */
const leastPause = 10_000;
const pauseFactor = 20;

export interface CacheLimitOptions {
  readonly instance: string;
  /** Bytes of one cache. */
  readonly limit: number;
  /** For tests. */
  readonly pause?: number;
}

/** What measures a server's cache while the server is at work. */
export interface MeasuredCache {
  /** The server was given something to do. */
  active(): void;
  release(): void;
}

interface Watched {
  readonly server: ContainerServer;
  readonly stop: (cause: UpstreamError) => void;
}

/**
 * Finds out when the cache of a server has become too large: a volume has no size of its own. All caches are measured together,
 * and only while a server that has one is at work.
 */
export class CacheLimit {
  readonly #volumes: Pick<RuntimeVolumes, 'sizes'>;
  readonly #prefix: string;
  readonly #limit: number;
  readonly #leastPause: number;
  readonly #watched = new Map<Watched, string>();
  /** Caches that were too large when they were last measured. */
  readonly #excessive = new Set<string>();
  #pause: number;
  #isScheduled = false;

  constructor(
    volumes: Pick<RuntimeVolumes, 'sizes'>,
    { instance, limit, pause = leastPause }: CacheLimitOptions,
  ) {
    this.#volumes = volumes;
    this.#prefix = cacheVolumePrefix(instance);
    this.#limit = limit;
    this.#leastPause = pause;
    this.#pause = pause;
  }

  /** Undefined for a server without a cache. */
  watch(server: ContainerServer, stop: (cause: UpstreamError) => void): MeasuredCache | undefined {
    const cache = this.#cacheOf(server);
    if (cache === undefined) return undefined;
    const watched = { server, stop };
    this.#watched.set(watched, cache);
    return {
      active: () => this.#schedule(),
      release: () => void this.#watched.delete(watched),
    };
  }

  /** @throws UpstreamError where its cache was too large, and is so still */
  async requireRoom(server: ContainerServer): Promise<void> {
    const cache = this.#cacheOf(server);
    if (cache === undefined || !this.#excessive.has(cache)) return;
    const size = (await this.#volumes.sizes(this.#prefix)).get(cache) ?? 0;
    if (size > this.#limit) throw cacheTooLarge(server, size, this.#limit);
    this.#excessive.delete(cache);
  }

  #cacheOf({ spec }: ContainerServer): string | undefined {
    return spec.mounts.find(
      ({ type, source, readOnly }) => type === 'volume' && !readOnly && source.startsWith(this.#prefix),
    )?.source;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setTimeout(() => void this.#measure(), this.#pause).unref();
  }

  async #measure(): Promise<void> {
    const began = performance.now();
    // An engine that does not answer is told by the servers themselves.
    const sizes = await this.#volumes.sizes(this.#prefix).catch(() => new Map<string, number>());
    this.#pause = Math.max(this.#leastPause, pauseFactor * (performance.now() - began));
    this.#isScheduled = false;
    for (const [watched, cache] of [...this.#watched]) {
      const size = sizes.get(cache) ?? 0;
      if (size <= this.#limit) continue;
      this.#excessive.add(cache);
      watched.stop(cacheTooLarge(watched.server, size, this.#limit));
    }
  }
}
