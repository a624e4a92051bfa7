import { UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import { createPool, type PoolOptions } from '../upstream/pool/pool.ts';
import type { Instance, Owner, UpstreamPool } from '../upstream/types.ts';
import { LiveLists, type LiveListsOptions } from './liveLists.ts';
import type { Tool } from './tools.ts';

/** Each trial runs a program: more at a time are a mistake or an attack. */
const maxTrials = 4;

/** No client can have an empty id. */
const owner: Owner = { clientId: '', sessionId: null, via: 'management' };

export interface TrialOptions {
  readonly pool: PoolOptions;
  readonly lists: Omit<LiveListsOptions, 'onRead'>;
}

/** A server started for one trial. */
export interface Trial {
  /** @throws UpstreamError */
  start(): Promise<Instance>;
  /** Its list. @throws UpstreamError */
  tools(): Promise<readonly Tool[]>;
  /** The tail of its stderr, without secrets. */
  stderr(): string;
}

/**
 * Trial runs of servers before they are registered: each is started like a registered one, by the same openers and with the same
 * log entries, but in a separate pool, so that no client reaches it and its lists are not remembered.
 */
export class Trials {
  readonly #options: TrialOptions;
  readonly #pools = new Set<UpstreamPool>();

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /** Runs `work` with a started server, which has ended when the promise settles. @throws what `work` throws */
  async run<T>(server: Server, work: (trial: Trial) => Promise<T>): Promise<T> {
    const pool = createPool(this.#options.pool);
    const isBusy = this.#pools.size >= maxTrials;
    const lists = new LiveLists({ ...this.#options.lists, onRead: () => undefined });
    const start = (): Promise<Instance> =>
      isBusy ? Promise.reject(busyError(server)) : pool.acquire(server, owner);
    this.#pools.add(pool);
    try {
      return await work({
        start,
        tools: async () =>
          (await lists.items('tools', server, owner, await start())) as Awaited<ReturnType<Trial['tools']>>,
        stderr: () => pool.health(server.id).stderrTail,
      });
    } finally {
      await pool.close(0);
      this.#pools.delete(pool);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools].map((pool) => pool.close(0)));
  }
}

function busyError({ id }: Server): UpstreamError {
  return new UpstreamError(
    'overloaded',
    `Server "${id}" was not started: ${maxTrials} servers are being tested now. Try again in a moment.`,
  );
}
