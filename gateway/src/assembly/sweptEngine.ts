import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, UpstreamError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { ContainerServer } from '../registry/types.ts';
import { EngineError, type ContainerEngine } from '../upstream/container/docker/engine/containerEngine.ts';
import { isOfThisRun } from '../upstream/container/docker/labels.ts';
import { openContainer, type ContainerOptions } from '../upstream/container/openContainer.ts';
import { sweep } from '../upstream/container/sweep.ts';
import type { Channel, ChannelEvents, OpenChannel } from '../upstream/types.ts';

/**
 * When leftovers are looked for again: the engine may still be making a container whose gateway was killed, and one that was
 * never started would stay forever; milliseconds.
 */
const lateMs = 15_000;

/** An engine from which what an earlier run left behind is removed before the first container is started. */
export class SweptEngine {
  readonly #engine: ContainerEngine;
  readonly #instance: string;
  readonly #logger: Logger;
  readonly #open: OpenChannel<ContainerServer>;
  readonly #closed = new AbortController();
  #swept: Promise<void> | undefined;

  constructor(engine: ContainerEngine, options: ContainerOptions, logger: Logger) {
    this.#engine = engine;
    this.#instance = options.instance;
    this.#logger = logger;
    this.#open = openContainer(engine, options);
  }

  /** A machine without an engine is fine as long as no server needs one. */
  clearUp(): void {
    this.#clearUp().catch(() => undefined);
  }

  async open(server: ContainerServer, events: ChannelEvents, signal: AbortSignal): Promise<Channel> {
    await this.#clearUp().catch((error: unknown) => {
      // An engine that does not answer is told by the opening itself.
      if (error instanceof EngineError && error.kind === 'unreachable') return;
      throw new UpstreamError(
        'start_failed',
        `Server "${server.id}" could not be started: containers of an earlier run could not be removed.`,
        messageOf(error),
      );
    });
    return this.#open(server, events, signal);
  }

  close(): void {
    this.#closed.abort();
  }

  #clearUp(): Promise<void> {
    this.#swept ??= this.#removeLeftovers().then(() => {
      // An engine that is gone by then has nothing to be looked at.
      this.#lookAgain().catch(() => undefined);
    });
    this.#swept.catch(() => (this.#swept = undefined));
    return this.#swept;
  }

  async #lookAgain(): Promise<void> {
    await pause(lateMs, undefined, { signal: this.#closed.signal, ref: false });
    await this.#removeLeftovers(isOfThisRun);
  }

  async #removeLeftovers(spared?: (name: string) => boolean): Promise<void> {
    const servers = await sweep(this.#engine, this.#instance, spared);
    if (servers.length === 0) return;
    const what = servers.length === 1 ? 'a container' : `${servers.length} containers`;
    this.#logger.info(`removed ${what} that an earlier run left behind: ${servers.join(', ')}`);
  }
}
