import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '../logger.ts';
import { byteSize } from '../registry/container/fields.ts';
import { insideImage } from '../registry/container/productImage.ts';
import type { ContainerServer } from '../registry/types.ts';
import { DockerRuntime } from '../upstream/container/docker/dockerRuntime.ts';
import { DockerEngine } from '../upstream/container/docker/engine/dockerEngine.ts';
import { publishingWarning } from '../upstream/container/docker/engine/engineAge.ts';
import type { ContainerOptions } from '../upstream/container/openContainer.ts';
import type { OpenChannel } from '../upstream/types.ts';
import type { Audit } from '../audit/types.ts';
import { EgressGrants } from '../upstream/container/egress.ts';
import { openEgressDoor } from './egressDoor.ts';
import { configuredRuntime } from './configuredRuntime.ts';
import type { DiskWatch } from './diskWatch.ts';
import { SweptRuntime } from './sweptRuntime.ts';

export interface ContainerPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute paths. */
  readonly registryPath: string;
  readonly auditLog: string;
  readonly logger: Logger;
  readonly disk: Pick<DiskWatch, 'onFull'>;
  readonly audit: Audit;
}

export interface ContainerOpener {
  readonly open: OpenChannel<ContainerServer>;
  /** Looks for no leftovers any more, and answers no egress proxy. */
  close(): Promise<void>;
}

/**
 * What opens servers in containers, on the engine that `DOCKER_HOST` names or on the one that a server's entry names. What an
 * earlier run left behind is removed immediately where the engine answers, and in any case before the first container is started.
 * @throws Error in words where the environment says something that can't be meant
 */
export async function containerOpener(place: ContainerPlace): Promise<ContainerOpener> {
  const { env, logger } = place;
  const {
    runtime,
    socketPath: engineSocket,
    isRemote,
    instance,
  } = await configuredRuntime(env, place.registryPath);
  const options = await containerOptions(
    place,
    instance,
    engineSocket === undefined ? [] : [engineSocket],
    isRemote,
  );
  const grants = options.egress;
  const socketPath = env['LMCP_EGRESS_SOCKET'];
  const door =
    grants === undefined || socketPath === undefined
      ? undefined
      : await openEgressDoor(socketPath, { grants, audit: place.audit, logger });
  const configured = new SweptRuntime(runtime, options, logger);
  configured.clearUp();
  const others = new Map<string, SweptRuntime>();
  const runtimeOf = (socketPath: string | undefined): SweptRuntime => {
    if (socketPath === undefined) return configured;
    const other =
      others.get(socketPath) ??
      new SweptRuntime(new DockerRuntime(new DockerEngine({ socketPath }), instance), options, logger);
    others.set(socketPath, other);
    return other;
  };
  if (insideImage()) warnOfPublishing(runtime, logger).catch(() => undefined);
  return {
    open: (server, events, signal) => runtimeOf(server.spec.engineSocket).open(server, events, signal),
    close: async () => {
      await door?.[Symbol.asyncDispose]();
      for (const one of [configured, ...others.values()]) one.close();
    },
  };
}

async function containerOptions(
  { env, registryPath, auditLog, logger, disk }: ContainerPlace,
  instance: string,
  sockets: readonly string[],
  isRemote: boolean,
): Promise<ContainerOptions> {
  const registry = await realpath(registryPath);
  const hostDir = env['LMCP_HOST_DIR'];
  const own = [dirname(registry), dirname(auditLog), ...sockets];
  return {
    instance,
    warn: (message) => logger.warn(message),
    onDiskFull: disk.onFull,
    cacheLimit: cacheLimit(env),
    egress: (env['LMCP_EGRESS_SOCKET'] ?? '') === '' ? undefined : new EgressGrants(),
    mounts:
      hostDir === undefined
        ? { realpath, isRemote, forbidden: await Promise.all(own.map(realOrWritten)) }
        : { realpath: undefined, forbidden: [`${hostDir}/config`, `${hostDir}/logs`] },
  };
}

const defaultCacheLimit = 2 * 1024 ** 3;

/**
 * Bytes of one cache (`LMCP_CACHE_LIMIT`).
 * @throws Error where that is no size
 */
function cacheLimit(env: ContainerPlace['env']): number {
  const written = env['LMCP_CACHE_LIMIT'];
  if (written === undefined || written === '') return defaultCacheLimit;
  const size = byteSize(written);
  if ('value' in size) return size.value;
  throw new Error(`LMCP_CACHE_LIMIT ${size.message}: ${size.fix}`);
}

/** In the image the port is published by the engine that also runs the servers. */
async function warnOfPublishing(runtime: DockerRuntime, logger: Logger): Promise<void> {
  const warning = publishingWarning(await runtime.release());
  if (warning !== undefined) logger.warn(warning);
}

/** The real path, also of what is only going to be made. */
function realOrWritten(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
