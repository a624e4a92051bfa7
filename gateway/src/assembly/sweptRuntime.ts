import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, UpstreamError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { ContainerServer } from '../registry/types.ts';
import { openContainer, type ContainerOptions } from '../upstream/container/openContainer.ts';
import type { ContainerRuntime } from '../upstream/container/runtime/containerRuntime.ts';
import { RuntimeError } from '../upstream/container/runtime/runtimeError.ts';
import { sweep } from '../upstream/container/sweep.ts';
import type { Channel, ChannelEvents, OpenChannel } from '../upstream/types.ts';

/**
 * Milliseconds until the second sweep: the engine may still be creating a container whose gateway was killed, and a
 * container that was never started would stay forever.
 */
const lateMs = 15_000;

/** A runtime whose leftovers of an earlier run are removed before the first container is started. */
export class SweptRuntime {
  readonly #runtime: ContainerRuntime;
  readonly #logger: Logger;
  readonly #open: OpenChannel<ContainerServer>;
  readonly #closed = new AbortController();
  #swept: Promise<void> | undefined;

  constructor(runtime: ContainerRuntime, options: ContainerOptions, logger: Logger) {
    this.#runtime = runtime;
    this.#logger = logger;
    this.#open = openContainer(runtime, options);
  }

  /** Succeeds without an engine: no server may need one. */
  clearUp(): void {
    this.#clearUp().catch(() => undefined);
  }

  async open(server: ContainerServer, events: ChannelEvents, signal: AbortSignal): Promise<Channel> {
    await this.#clearUp().catch((error: unknown) => {
      // Opening a server reports an engine that does not answer.
      if (error instanceof RuntimeError && error.kind === 'unreachable') return;
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
      // Without an engine there is nothing to sweep.
      this.#lookAgain().catch(() => undefined);
    });
    this.#swept.catch(() => (this.#swept = undefined));
    return this.#swept;
  }

  async #lookAgain(): Promise<void> {
    await pause(lateMs, undefined, { signal: this.#closed.signal, ref: false });
    await this.#removeLeftovers({ sparesOwn: true });
  }

  async #removeLeftovers(which?: Parameters<typeof sweep>[1]): Promise<void> {
    const servers = await sweep(this.#runtime, which);
    if (servers.length === 0) return;
    const what = servers.length === 1 ? 'a container' : `${servers.length} containers`;
    this.#logger.info(`removed ${what} that an earlier run left behind: ${servers.join(', ')}`);
  }
}
