import type { Writable } from 'node:stream';
import type { ContainerServer } from '../../../registry/types.ts';
import type { RuntimeCapabilities } from './capabilities.ts';

/**
 * What runs servers in containers: an engine of Docker's kind (`../docker/`), or whatever else has containers with a
 * stdin and a stdout. Every method rejects with RuntimeError where the runtime does not do what it is asked.
 */
export interface ContainerRuntime {
  /** What it holds containers to, as its machine is now. */
  capabilities(): Promise<RuntimeCapabilities>;
  /**
   * Fetches the server's image where it is missing and may be, verifies it, and makes the container. Nothing of it runs
   * until it is started.
   * @throws UpstreamError where there is no image that may be run, or where `signal` has been aborted
   */
  create(
    server: ContainerServer,
    capabilities: RuntimeCapabilities,
    signal: AbortSignal,
  ): Promise<CreatedContainer>;
  /** Every container of this installation, running or not. */
  list(): Promise<readonly FoundContainer[]>;
  /** Ends and removes a container, whatever its state. Fine where it is gone already. */
  remove(id: string): Promise<void>;
  readonly volumes: RuntimeVolumes;
}

/** Named volumes, which outlive the containers that mount them. */
export interface RuntimeVolumes {
  /** The names of those that begin so. */
  list(prefix: string): Promise<readonly string[]>;
  /** Bytes of each of them. The runtime reads all their folders for it. */
  sizes(prefix: string): Promise<ReadonlyMap<string, number>>;
  /** Rejects with `failed` where a container uses it. */
  remove(name: string): Promise<void>;
}

export interface FoundContainer {
  readonly id: string;
  /** The server's id in the registry. */
  readonly server: string;
  /** Whether this process made it, and no earlier one of the installation. */
  readonly isOfThisRun: boolean;
}

/**
 * A container with its connection. `listen` comes first, then `start`, so that no output is lost; a runtime that can't
 * connect to what does not run keeps what is written to `stdin` until it does.
 */
export interface CreatedContainer {
  /** Ended: the server's input is over, and its output goes on. */
  readonly stdin: Writable;
  /** To be called once. */
  listen(sink: ContainerSink): void;
  start(): Promise<void>;
  /** Hands on no more output until `resume`. */
  pause(): void;
  resume(): void;
  /** How many processes it has at this moment; undefined where it does not run, or where the runtime can't tell. */
  processes(): Promise<number | undefined>;
  /** SIGTERM, then SIGKILL after `graceS` seconds. Fine where it has ended already. */
  stop(graceS: number): Promise<void>;
  /** Ends and removes it, whatever its state. Fine where it is gone already. */
  remove(): Promise<void>;
  /** Closes the connection; the sink is told nothing any more. */
  detach(): void;
}

/** What is told of a container. `exited`, `outOfMemory` and `outputEnded` come in any order. */
export interface ContainerSink {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  /** The connection carries what can't be read; nothing after it can. */
  malformed(): void;
  /** No more output will come; called once or more. */
  outputEnded(): void;
  outOfMemory(): void;
  /** @param code NaN where the runtime does not tell it */
  exited(code: number): void;
  removed(): void;
}
