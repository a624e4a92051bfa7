import { cacheVolumePrefix } from '../../../registry/container/installation.ts';
import type { ContainerServer } from '../../../registry/types.ts';
import type { UpstreamError } from '../../../errors.ts';
import type { RuntimeVolumes } from '../runtime/containerRuntime.ts';
import { cacheTooLarge } from '../failures.ts';

/** Minimum milliseconds between two measurements, and as a multiple of the last one's duration: the engine reads every folder. */
const minPause = 10_000;
const pauseFactor = 20;

export interface CacheLimitOptions {
  readonly instance: string;
  /** Bytes of one cache. */
  readonly limit: number;
  /** For tests. */
  readonly pause?: number;
}

/** Measures a server's cache while the server is active. */
export interface MeasuredCache {
  /** Called when the server was sent a message. */
  active(): void;
  release(): void;
}

interface Watched {
  readonly server: ContainerServer;
  readonly stop: (cause: UpstreamError) => void;
}

/**
 * Detects when a server's cache has become too large, since a volume has no size limit. All caches are measured together,
 * and only while a server with a cache is active.
 */
export class CacheLimit {
  readonly #volumes: Pick<RuntimeVolumes, 'sizes'>;
  readonly #prefix: string;
  readonly #limit: number;
  readonly #minPause: number;
  readonly #watched = new Map<Watched, string>();
  /** Caches that were too large when they were last measured. */
  readonly #excessive = new Set<string>();
  #pause: number;
  #isScheduled = false;

  constructor(
    volumes: Pick<RuntimeVolumes, 'sizes'>,
    { instance, limit, pause = minPause }: CacheLimitOptions,
  ) {
    this.#volumes = volumes;
    this.#prefix = cacheVolumePrefix(instance);
    this.#limit = limit;
    this.#minPause = pause;
    this.#pause = pause;
  }

  /** Returns undefined for a server without a cache. */
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

  /** @throws UpstreamError if its cache was too large and still is */
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
    // The servers themselves report an engine that does not answer.
    const sizes = await this.#volumes.sizes(this.#prefix).catch(() => new Map<string, number>());
    this.#pause = Math.max(this.#minPause, pauseFactor * (performance.now() - began));
    this.#isScheduled = false;
    for (const [watched, cache] of [...this.#watched]) {
      const size = sizes.get(cache) ?? 0;
      if (size <= this.#limit) continue;
      this.#excessive.add(cache);
      watched.stop(cacheTooLarge(watched.server, size, this.#limit));
    }
  }
}
