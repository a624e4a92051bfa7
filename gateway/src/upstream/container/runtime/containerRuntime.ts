import type { Writable } from 'node:stream';
import type { ContainerServer, ContainerSpec } from '../../../registry/types.ts';
import type { RuntimeCapabilities } from './capabilities.ts';

/**
 * Runs servers in containers: an engine with Docker's API (`../docker/`), or any other runtime whose containers have
 * stdin and stdout. Every method rejects with RuntimeError if the runtime fails the request.
 */
export interface ContainerRuntime {
  /** The limits that the runtime can currently enforce on its machine. */
  capabilities(): Promise<RuntimeCapabilities>;
  /**
   * Pulls the server's image if it is missing and pulling is allowed, verifies it, and creates the container. Nothing
   * runs until it is started. While `confinement` is pending, the runtime only reads: it pulls and creates nothing.
   * @throws UpstreamError if no image may be run, or if `signal` has been aborted; what `confinement` rejects with
   */
  create(
    server: ContainerServer,
    confinement: Promise<Confinement>,
    signal: AbortSignal,
  ): Promise<CreatedContainer>;
  /** Every container of this installation, running or not. */
  list(): Promise<readonly FoundContainer[]>;
  /** Stops and removes a container in any state. Succeeds if it no longer exists. */
  remove(id: string): Promise<void>;
  readonly volumes: RuntimeVolumes;
}

/** What a container is held to. */
export interface Confinement {
  /** The server's own, with real paths in its mounts and the variables of its egress grant. */
  readonly spec: ContainerSpec;
  readonly capabilities: RuntimeCapabilities;
}

/** Named volumes, which outlive the containers that mount them. */
export interface RuntimeVolumes {
  /** Names with this prefix. */
  list(prefix: string): Promise<readonly string[]>;
  /** Bytes of each. Expensive: the runtime reads all their folders. */
  sizes(prefix: string): Promise<ReadonlyMap<string, number>>;
  /** Rejects with `failed` if a container uses it. */
  remove(name: string): Promise<void>;
}

export interface FoundContainer {
  readonly id: string;
  /** The server's id in the registry. */
  readonly server: string;
  /** Whether this process created it, rather than an earlier one of the installation. */
  readonly isOfThisRun: boolean;
}

/**
 * A container with its connection. Call `listen` before `start`, so that no output is lost; a runtime that can't connect
 * to a container before it runs buffers what is written to `stdin`.
 */
export interface CreatedContainer {
  /** Ending it ends the server's input; its output continues. */
  readonly stdin: Writable;
  /** Must be called once. */
  listen(sink: ContainerSink): void;
  start(): Promise<void>;
  /** Stops passing on output until `resume`. */
  pause(): void;
  resume(): void;
  /** The current number of processes; undefined if it does not run, or if the runtime doesn't report it. */
  processes(): Promise<number | undefined>;
  /** SIGTERM, then SIGKILL after `graceS` seconds. Succeeds if it has already ended. */
  stop(graceS: number): Promise<void>;
  /** Stops and removes it in any state. Succeeds if it no longer exists. */
  remove(): Promise<void>;
  /** Closes the connection; the sink is not called again. */
  detach(): void;
}

/** Receives a container's events. `exited`, `outOfMemory` and `outputEnded` come in any order. */
export interface ContainerSink {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  /** The connection carried malformed data; nothing after it can be read. */
  malformed(): void;
  /** No more output will come; may be called more than once. */
  outputEnded(): void;
  outOfMemory(): void;
  /** @param code NaN if the runtime does not report it */
  exited(code: number): void;
  removed(): void;
}
