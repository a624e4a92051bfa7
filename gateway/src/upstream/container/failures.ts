import { messageOf, UpstreamError } from '../../errors.ts';
import type { ContainerServer } from '../../registry/types.ts';
import { withoutSecrets } from '../secrets/withoutSecrets.ts';
import { RuntimeError } from './runtime/runtimeError.ts';

/** What an engine's rejection or absence means for a server that was to be started, in words. */
export function startFailure(server: ContainerServer, error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const detail = messageOf(error);
  const could = `Server "${server.id}" could not be started`;
  if (!(error instanceof RuntimeError)) return new UpstreamError('start_failed', `${could}.`, detail);
  if (error.kind === 'unreachable') {
    const message = `${could}: the container engine does not answer. Start Docker, or correct DOCKER_HOST.`;
    return new UpstreamError('unreachable', message, detail);
  }
  if (error.kind === 'rejected') {
    const message = `${could}: the engine guard does not allow its container. The gateway's operator finds its reason in the server's last error.`;
    return new UpstreamError('start_failed', message, detail);
  }
  if (error.kind === 'full') {
    const message = `${could}: the containers of all servers together are at a limit of the engine guard. Stop servers that are not needed, or raise it (LMCP_GUARD_TOTAL_…, docs/containers.md).`;
    return new UpstreamError('overloaded', message, detail);
  }
  if (/no such image/i.test(detail)) return missingImage(server, detail);
  if (/network .*not found/i.test(detail)) {
    const message = `${could}: the network it names does not exist on the engine. Create it, or correct servers.${server.id}.network.`;
    return new UpstreamError('start_failed', message, detail);
  }
  if (/bind source path does not exist/i.test(detail)) {
    const message = `${could}: a folder that it mounts does not exist on the engine's machine. Correct servers.${server.id}.`;
    return new UpstreamError('start_failed', message, detail);
  }
  return new UpstreamError('start_failed', `${could}: the container engine rejected.`, detail);
}

export function limitsMissing(server: ContainerServer, engine: string, missing: string): UpstreamError {
  return new UpstreamError(
    'start_failed',
    `Server "${server.id}" could not be started: ${engine} can’t hold it to its limit of ${missing} on this machine.`,
    'GET /info of the engine says so; a rootless engine needs cgroup v2 with systemd for limits (docs/containers.md)',
  );
}

export function keyUnenforceable(server: ContainerServer, engine: string, key: string): UpstreamError {
  return new UpstreamError(
    'start_failed',
    `Server "${server.id}" could not be started: ${engine} can’t enforce servers.${server.id}.${key} here. ` +
      `Remove the key, or run the server on another engine (docs/containers.md).`,
  );
}

export function missingImage(server: ContainerServer, detail?: string): UpstreamError {
  const { image, pull } = server.spec;
  const why =
    pull === 'never'
      ? 'its image is not on this machine'
      : 'its image is not on this machine and can’t be fetched';
  return new UpstreamError(
    'command_not_found',
    `Server "${server.id}" could not be started: ${why}. Build or pull it, or correct servers.${server.id} in the registry.`,
    `image ${image}${detail === undefined ? '' : `: ${detail}`}`,
  );
}

export interface Exit {
  readonly code: number | null;
  readonly outOfMemory: boolean;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

/** Why a container that nobody stopped has ended, in words; undefined for an orderly end. */
export function exitFailure(server: ContainerServer, exit: Exit): UpstreamError | undefined {
  const lastLine = withoutSecrets(server, exit.stderr).trimEnd().split('\n').at(-1);
  const detail = lastLine === '' ? undefined : lastLine;
  if (exit.outOfMemory && exit.code !== 0) {
    const mib = Math.round(server.spec.memory / 1024 ** 2);
    const message = `Server "${server.id}" needed more than its ${mib} MiB of memory and was killed (out of memory). Raise servers.${server.id}.memory if it needs more.`;
    return new UpstreamError('exited', message, detail);
  }
  if (exit.code === 127 || exit.code === 126) {
    const what = exit.code === 127 ? 'has no such program' : 'has a program that can’t be run';
    const message = `Server "${server.id}" could not be started: its image ${what} (exit code ${exit.code}). Correct entrypoint or args of servers.${server.id}.`;
    return new UpstreamError('command_not_found', message, detail);
  }
  if (exit.code === 0) return undefined;
  if (exit.code === null) {
    const message = `Server "${server.id}" was lost: its connection to the container engine broke.`;
    return new UpstreamError('unreachable', message, detail);
  }
  return new UpstreamError('exited', `Server "${server.id}" ended with exit code ${exit.code}.`, detail);
}

export function diskFull(server: ContainerServer): UpstreamError {
  return new UpstreamError(
    'disk_limit',
    `Server "${server.id}" was stopped because the disk of the audit log is full and it can write to the disk. ` +
      `Make room; read_only: true, without a writable volume, keeps servers.${server.id} running.`,
  );
}

export function cacheTooLarge(server: ContainerServer, size: number, limit: number): UpstreamError {
  const mib = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);
  return new UpstreamError(
    'disk_limit',
    `Server "${server.id}" was stopped because its cache has ${mib(size)} MiB, and one may have ${mib(limit)} MiB. ` +
      `Remove it: lmcp containers prune ${server.id}; or raise LMCP_CACHE_LIMIT.`,
  );
}

export function processLimitReached(server: ContainerServer): UpstreamError {
  return new UpstreamError(
    'exited',
    `Server "${server.id}" reached its limit of ${server.spec.pidsLimit} processes and was stopped. ` +
      `Raise servers.${server.id}.pids_limit if it needs more.`,
  );
}
