import type { Duplex } from 'node:stream';
import type { RuntimeCapabilities } from '../../runtime/capabilities.ts';
import type { RuntimeError } from '../../runtime/runtimeError.ts';

/** What an image says that matters to us; nothing in it can loosen how a container is run. */
export interface ImageConfig {
  /** Empty where the image names none, which is root. */
  readonly user: string;
  /** Paths that the image declares as volumes. */
  readonly volumes: readonly string[];
}

export interface ImageFacts extends ImageConfig {
  /** Its names by digest in the registries that it was fetched from. */
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

/** The part of the Engine API's ContainerCreate body that is used here: a closed form. */
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

/** What the HTTP status of an engine or its guard stands for. */
export function failureKind(status: number): Exclude<RuntimeError['kind'], 'unreachable'> {
  if (status === 401 || status === 403) return 'rejected';
  if (status === 429) return 'full';
  return status === 404 ? 'not_found' : 'failed';
}

/** What is asked of an engine with Docker's API. Every method rejects with RuntimeError. */
export interface ContainerEngine {
  /** As the engine names its own release: `28.2.2`. */
  release(): Promise<string>;
  /** What it holds containers to, as its machine is now. */
  limits(): Promise<RuntimeCapabilities>;
  /** Undefined when the image is not there. */
  image(reference: string): Promise<ImageFacts | undefined>;
  /** @param platform `os/architecture`; undefined: the engine's own */
  pull(reference: string, signal: AbortSignal, platform?: string): Promise<void>;
  /** Gives the container's id. */
  create(name: string, request: CreateRequest, platform?: string): Promise<string>;
  /** Input and framed output (Engine API, "Stream format"), before the start so that nothing is lost. Half-close ends input. */
  attach(id: string): Promise<Duplex>;
  start(id: string): Promise<void>;
  /** SIGTERM, then SIGKILL after `graceS` seconds. Fine where it has ended already. */
  stop(id: string, graceS: number): Promise<void>;
  /** Ends and removes it, whatever its state. Fine where it is gone already. */
  remove(id: string): Promise<void>;
  /** How many processes it has at this moment; undefined where it does not run. */
  processes(id: string): Promise<number | undefined>;
  /** Every container of an instance, running or not. */
  list(instance: string): Promise<readonly ListedContainer[]>;
  /** The names of the volumes that begin so. */
  volumes(prefix: string): Promise<readonly string[]>;
  /** Bytes of each of them. The engine reads all their folders for it. */
  volumeSizes(prefix: string): Promise<ReadonlyMap<string, number>>;
  /** Rejects with `failed` where a container uses it. */
  removeVolume(name: string): Promise<void>;
  /**
   * From the moment it resolves, what happens to an instance's containers; `broken` once, when no more will come.
   * Gives the way to stop.
   */
  events(instance: string, sink: { event(event: ContainerEvent): void; broken(): void }): Promise<() => void>;
}
