import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UpstreamError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { installationName } from '../registry/container/installation.ts';
import { insideImage } from '../registry/container/productImage.ts';
import type { ContainerServer } from '../registry/types.ts';
import { EngineError } from '../upstream/container/engine/containerEngine.ts';
import { DockerEngine } from '../upstream/container/engine/dockerEngine.ts';
import { publishingWarning } from '../upstream/container/engine/engineAge.ts';
import { engineAddress } from '../upstream/container/engine/engineAddress.ts';
import { readGuardSecret } from '../upstream/container/engine/guardSecret.ts';
import { isOfThisRun } from '../upstream/container/labels.ts';
import { openContainer } from '../upstream/container/openContainer.ts';
import { sweep } from '../upstream/container/sweep.ts';
import type { OpenChannel } from '../upstream/types.ts';

export interface ContainerPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute paths. */
  readonly registryPath: string;
  readonly auditLog: string;
  readonly logger: Logger;
}

/**
 * When leftovers are looked for again: the engine may still be making a container whose gateway was killed, and one that was
 * never started would stay for ever; milliseconds.
 */
const lateMs = 15_000;

export interface ContainerRuntime {
  readonly open: OpenChannel<ContainerServer>;
  /** Looks for no leftovers any more. */
  close(): void;
}

/**
 * What opens servers in containers, on the engine that `DOCKER_HOST` names. What an earlier run left behind is removed at
 * once where the engine answers, and in any case before the first container is started.
 * @throws Error in words where the environment says something that can't be meant
 */
export async function containerRuntime(place: ContainerPlace): Promise<ContainerRuntime> {
  const { env, logger } = place;
  const address = given(engineAddress(env['DOCKER_HOST']));
  const secretFile = env['LMCP_GUARD_SECRET_FILE'];
  const secret =
    secretFile === undefined || secretFile === '' ? undefined : await readGuardSecret(secretFile);
  const engine = new DockerEngine(address, secret);
  const registry = await realpath(place.registryPath);
  const instance = given(installationName(env['LMCP_INSTALLATION'], hostname(), registry));
  const hostDir = env['LMCP_HOST_DIR'];
  const socket = 'socketPath' in address ? [address.socketPath] : [];
  const own = [...[registry, place.auditLog].map((file) => dirname(file)), ...socket];
  const open = openContainer(engine, {
    instance,
    warn: (words) => logger.warn(words),
    mounts:
      hostDir === undefined
        ? { realpath, forbidden: await Promise.all(own.map(realOrWritten)) }
        : { realpath: undefined, forbidden: [`${hostDir}/config`, `${hostDir}/logs`] },
  });

  const removeLeftovers = async (spared?: (name: string) => boolean): Promise<void> => {
    const servers = await sweep(engine, instance, spared);
    if (servers.length === 0) return;
    const what = servers.length === 1 ? 'a container' : `${servers.length} containers`;
    logger.info(`removed ${what} that an earlier run left behind: ${servers.join(', ')}`);
  };
  const closed = new AbortController();
  const lookAgain = async (): Promise<void> => {
    await pause(lateMs, undefined, { signal: closed.signal, ref: false });
    await removeLeftovers(isOfThisRun);
  };
  let swept: Promise<void> | undefined;
  const clearUp = (): Promise<void> => {
    swept ??= removeLeftovers().then(() => {
      // An engine that is gone by then has nothing to be looked at.
      lookAgain().catch(() => undefined);
    });
    swept.catch(() => (swept = undefined));
    return swept;
  };
  // A machine without an engine is fine as long as no server needs one.
  clearUp().catch(() => undefined);
  if (insideImage()) warnOfPublishing(engine, logger).catch(() => undefined);
  const openSwept: OpenChannel<ContainerServer> = async (server, events, signal) => {
    await clearUp().catch((error: unknown) => {
      // An engine that does not answer is told by the opening itself.
      if (error instanceof EngineError && error.kind === 'unreachable') return;
      throw new UpstreamError(
        'start_failed',
        `Server "${server.id}" could not be started: containers of an earlier run could not be removed.`,
        error instanceof Error ? error.message : String(error),
      );
    });
    return open(server, events, signal);
  };
  return { open: openSwept, close: () => closed.abort() };
}

/** In the image the port is published by the engine that also runs the servers. */
async function warnOfPublishing(engine: DockerEngine, logger: Logger): Promise<void> {
  const warning = publishingWarning(await engine.release());
  if (warning !== undefined) logger.warn(warning);
}

/** The real path, also of what is only going to be made. */
function realOrWritten(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function given<T>(field: { value: T } | { message: string; fix: string }): T {
  if ('value' in field) return field.value;
  throw new Error(`${field.message}: ${field.fix}`);
}
