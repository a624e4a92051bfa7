import type { Duplex } from 'node:stream';
import type { RuntimeCapabilities } from '../../runtime/capabilities.ts';
import type { RuntimeError } from '../../runtime/runtimeError.ts';

/** The part of an image's configuration that is used; nothing in it can reduce the isolation of a container. */
export interface ImageConfig {
  /** Empty where the image names none, which is root. */
  readonly user: string;
  /** Paths that the image declares as volumes. */
  readonly volumes: readonly string[];
}

export interface ImageFacts extends ImageConfig {
  /** Its digest references in the registries that it was pulled from. */
  readonly digests: readonly string[];
}

export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  /** The server's id in the registry. */
  readonly server: string;
}

export interface ContainerIdentity {
  readonly instance: string;
  readonly server: string;
}

export interface EngineMount {
  readonly Type: 'bind' | 'volume' | 'tmpfs';
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: { readonly Propagation: 'rprivate' };
  readonly TmpfsOptions?: { readonly SizeBytes: number; readonly Mode: number };
}

export interface EngineUlimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

/** The part of the Engine API's ContainerCreate body that is used here; no other members are sent. */
export interface CreateRequest {
  readonly Image: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Hostname?: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Tty: false;
  readonly OpenStdin: true;
  readonly StdinOnce: true;
  readonly AttachStdin: true;
  readonly AttachStdout: true;
  readonly AttachStderr: true;
  readonly Healthcheck: { readonly Test: readonly ['NONE'] };
  readonly HostConfig: {
    readonly AutoRemove: true;
    readonly Init: true;
    readonly RestartPolicy: { readonly Name: 'no'; readonly MaximumRetryCount: 0 };
    readonly LogConfig: { readonly Type: 'none'; readonly Config: Readonly<Record<string, never>> };
    readonly Privileged: false;
    readonly CapDrop: readonly ['ALL'];
    readonly CapAdd: readonly string[];
    readonly SecurityOpt: readonly ['no-new-privileges:true'];
    readonly ReadonlyRootfs: boolean;
    readonly NetworkMode: string;
    readonly IpcMode: 'private';
    readonly PidMode: '';
    readonly UTSMode: '';
    readonly UsernsMode: '';
    readonly CgroupnsMode: 'private';
    readonly PublishAllPorts: false;
    readonly ExtraHosts: readonly string[];
    readonly Dns?: readonly string[];
    readonly Memory: number;
    readonly MemorySwap: number;
    readonly OomKillDisable: false;
    readonly CpuShares: number;
    readonly CpuPeriod: number;
    readonly CpuQuota: number;
    readonly PidsLimit: number;
    readonly Ulimits: readonly EngineUlimit[];
    readonly ShmSize?: number;
    readonly Tmpfs: Readonly<Record<string, string>>;
    readonly Mounts: readonly EngineMount[];
  };
}

export type ContainerEvent =
  | { readonly type: 'oom'; readonly id: string }
  | { readonly type: 'die'; readonly id: string; readonly exitCode: number }
  | { readonly type: 'destroy'; readonly id: string };

/** The kind of failure for an HTTP status of an engine or its guard. */
export function failureKind(status: number): Exclude<RuntimeError['kind'], 'unreachable'> {
  if (status === 401 || status === 403) return 'rejected';
  if (status === 429) return 'full';
  return status === 404 ? 'not_found' : 'failed';
}

/** Requests to an engine with Docker's API. Every method rejects with RuntimeError. */
export interface ContainerEngine {
  /** The engine's version, such as `28.2.2`. */
  release(): Promise<string>;
  /** The limits that the engine can currently enforce on its machine. */
  limits(): Promise<RuntimeCapabilities>;
  /** Undefined if the image does not exist. */
  image(reference: string): Promise<ImageFacts | undefined>;
  /** @param platform `os/architecture`; defaults to the engine's own */
  pull(reference: string, signal: AbortSignal, platform?: string): Promise<void>;
  /** Returns the container's id. */
  create(name: string, request: CreateRequest, platform?: string): Promise<string>;
  /** Input and framed output (Engine API, "Stream format"), before the start so that nothing is lost. Half-close ends input. */
  attach(id: string): Promise<Duplex>;
  start(id: string): Promise<void>;
  /** SIGTERM, then SIGKILL after `graceS` seconds. Succeeds if it has already ended. */
  stop(id: string, graceS: number): Promise<void>;
  /** Stops and removes it in any state. Succeeds if it no longer exists. */
  remove(id: string): Promise<void>;
  /** The current number of processes; undefined if it does not run. */
  processes(id: string): Promise<number | undefined>;
  /** Every container of an instance, running or not. */
  list(instance: string): Promise<readonly ListedContainer[]>;
  /** Names of the volumes with this prefix. */
  volumes(prefix: string): Promise<readonly string[]>;
  /** Bytes of each. Expensive: the engine reads all their folders. */
  volumeSizes(prefix: string): Promise<ReadonlyMap<string, number>>;
  /** Rejects with `failed` if a container uses it. */
  removeVolume(name: string): Promise<void>;
  /**
   * Reports events of an instance's containers once it has resolved; calls `broken` once, when no more will come.
   * Returns a function that stops it.
   */
  events(instance: string, sink: { event(event: ContainerEvent): void; broken(): void }): Promise<() => void>;
}
