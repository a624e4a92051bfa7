import { UpstreamError } from '../../errors.ts';
import { inTime } from '../../inTime.ts';
import type { ContainerServer, ContainerSpec } from '../../registry/types.ts';
import { Backpressure } from '../framing/backpressure.ts';
import { contentLength } from '../framing/contentLength.ts';
import type { FrameReader, Framing } from '../framing/framing.ts';
import { lines } from '../framing/lines.ts';
import { frameLimits } from '../messageLimit.ts';
import { StderrTail } from '../framing/stderrTail.ts';
import { StdinWriter } from '../framing/stdinWriter.ts';
import type { Channel, ChannelEvents } from '../types.ts';
import type { CacheLimit, MeasuredCache } from './caches/cacheLimit.ts';
import { diskFull, exitFailure, processLimitReached } from './failures.ts';
import { ProcessLimit } from './processLimit.ts';
import type { CreatedContainer } from './runtime/containerRuntime.ts';

/** Milliseconds between end of stdin and SIGTERM, and seconds from there to SIGKILL (MCP 2025-11-25, shutdown, stdio). */
const stdinGrace = 2_000;
const stopGraceS = 2;
/** Milliseconds that the engine may take to remove a container itself once it has exited. */
const removalGrace = 5_000;
/** Milliseconds that the rest of the output may take after the exit was reported, and the reverse. */
const lastOutput = 500;
const lastEvent = 5_000;
/** Milliseconds that an out-of-memory event may follow the exit that it explains. */
const lateOutOfMemory = 2_000;
const killedExitCode = 137;

export interface ContainerParts {
  /** Not started yet. */
  readonly container: CreatedContainer;
  readonly server: ContainerServer;
  readonly events: ChannelEvents;
  /** Calls a listener each time the disk is full; returns a function that unsubscribes it. */
  readonly onDiskFull?: ((listener: () => void) => () => void) | undefined;
  readonly caches?: CacheLimit | undefined;
  /** Called once the container has ended. */
  readonly over?: (() => void) | undefined;
}

/** JSON-RPC messages over the stdin and stdout of a container. */
export class ContainerChannel implements Channel {
  readonly #container: CreatedContainer;
  readonly #server: ContainerServer;
  readonly #events: ChannelEvents;
  readonly #framing: Framing;
  readonly #reader: FrameReader;
  readonly #stdin: StdinWriter;
  readonly #backpressure: Backpressure;
  readonly #stderr = new StderrTail();
  readonly #processLimit: ProcessLimit;
  readonly #died = Promise.withResolvers<number>();
  readonly #outOfMemory = Promise.withResolvers<undefined>();
  readonly #outputOver = Promise.withResolvers<undefined>();
  readonly #removed = Promise.withResolvers<undefined>();
  readonly #stopWatchingDisk: (() => void) | undefined;
  readonly #cache: MeasuredCache | undefined;
  readonly #over: (() => void) | undefined;
  #sawOutOfMemory = false;
  #closing: Promise<void> | undefined;
  #cause: UpstreamError | undefined;
  #ended = false;

  constructor({ container, server, events, onDiskFull, caches, over }: ContainerParts) {
    this.#container = container;
    this.#server = server;
    this.#events = events;
    this.#framing = server.stdioMode === 'content-length' ? contentLength : lines;
    this.#reader = this.#framing.reader(
      {
        message: (text, bytes) => this.#backpressure.until(events.message(text, bytes)),
        oversized: (message) => events.oversized?.(message),
        flooded: (bytes) => this.#abort(this.#flooded(bytes)),
      },
      frameLimits(events),
    );
    this.#backpressure = new Backpressure(container);
    this.#stdin = new StdinWriter(container.stdin, server.id, events.unsent);
    this.#processLimit = new ProcessLimit(container, server.spec.pidsLimit, () =>
      this.#abort(processLimitReached(server)),
    );
    if (writesToDisk(server.spec)) {
      this.#stopWatchingDisk = onDiskFull?.(() => this.#abort(diskFull(server)));
    }
    this.#over = over;
    this.#cache = caches?.watch(server, (cause) => this.#abort(cause));
    this.#listen();
    void this.#watchEnd();
  }

  send(text: string): Promise<void> {
    this.#processLimit.active();
    this.#cache?.active();
    return this.#stdin.write(this.#framing.encode(text));
  }

  stderrTail(): string {
    return this.#stderr.text();
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  /** The start failed: reports nothing and removes what was created. */
  async discard(): Promise<void> {
    this.#ended = true;
    this.#closing = Promise.resolve();
    this.#letGo();
    await this.#container.remove().catch(leftForTheSweep);
  }

  #listen(): void {
    this.#container.listen({
      stdout: (chunk) => {
        if (!this.#ended) this.#reader.push(chunk);
      },
      stderr: (chunk) => {
        this.#stderr.push(chunk);
        this.#events.stderr?.(chunk);
      },
      malformed: () => this.#abort(malformed(this.#server)),
      outputEnded: () => this.#outputOver.resolve(undefined),
      outOfMemory: () => {
        this.#sawOutOfMemory = true;
        this.#outOfMemory.resolve(undefined);
      },
      exited: (code) => {
        this.#backpressure.lift();
        this.#died.resolve(code);
      },
      removed: () => this.#removed.resolve(undefined),
    });
  }

  /** An exit event and the end of the output both signal the end; the first waits for the other, up to a limit. */
  async #watchEnd(): Promise<void> {
    await Promise.race([this.#died.promise, this.#outputOver.promise]);
    if (!this.#ended && this.#closing === undefined) this.#events.ending?.();
    const code = await inTime(this.#died.promise, lastEvent);
    if (code !== undefined) await inTime(this.#outputOver.promise, lastOutput);
    if (code === killedExitCode) await inTime(this.#outOfMemory.promise, lateOutOfMemory);
    this.#end(code ?? null);
    await this.close();
  }

  #end(code: number | null): void {
    if (this.#ended) return;
    const expected = this.#closing !== undefined && this.#cause === undefined;
    this.#reader.end();
    this.#ended = true;
    this.#processLimit.stop();
    this.#stdin.fail(new UpstreamError('exited', `Server "${this.#server.id}" has ended.`));
    const exit = { code, outOfMemory: this.#sawOutOfMemory, stderr: this.stderrTail() };
    const error = this.#cause ?? (expected ? undefined : exitFailure(this.#server, exit));
    this.#events.end({ expected, code, signal: null, ...(error && { error }) });
  }

  /** Reports a fatal error immediately, then stops the container. */
  #abort(cause: UpstreamError): void {
    this.#cause ??= cause;
    this.#end(null);
    void this.close();
  }

  async #shutDown(): Promise<void> {
    this.#processLimit.stop();
    this.#stdin.end();
    const orderly = await inTime(this.#died.promise, this.#cause ? 0 : stdinGrace);
    if (orderly === undefined) await this.#container.stop(stopGraceS).catch(leftForTheSweep);
    const removed = await inTime(
      this.#removed.promise.then(() => true),
      removalGrace,
    );
    if (removed === undefined) await this.#container.remove().catch(leftForTheSweep);
    this.#end((await inTime(this.#died.promise, lastOutput)) ?? null);
    this.#letGo();
  }

  #letGo(): void {
    this.#stopWatchingDisk?.();
    this.#cache?.release();
    this.#over?.();
    this.#processLimit.stop();
    this.#container.detach();
  }

  #flooded(bytes: number): UpstreamError {
    const mib = Math.round(bytes / 1024 ** 2);
    return new UpstreamError(
      'protocol',
      `Server "${this.#server.id}" sent ${mib} MiB without the end of a message and was stopped.`,
    );
  }
}

function malformed(server: ContainerServer): UpstreamError {
  return new UpstreamError('protocol', `The container engine's stream of server "${server.id}" is garbled.`);
}

/** Whether a server can write to the engine's disk; writable host folders are the operator's responsibility. */
function writesToDisk({ readOnly, mounts }: ContainerSpec): boolean {
  return !readOnly || mounts.some((mount) => mount.type === 'volume' && !mount.readOnly);
}

/** An unreachable engine can't remove anything; the next start of the gateway does. */
const leftForTheSweep = (): void => undefined;
