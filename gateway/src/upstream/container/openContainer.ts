import { UpstreamError } from '../../errors.ts';
import type { ContainerServer } from '../../registry/types.ts';
import type { OpenChannel } from '../types.ts';
import { CacheLimit } from './caches/cacheLimit.ts';
import { FormerCaches } from './caches/formerCaches.ts';
import { WarmCaches } from './caches/warmCaches.ts';
import { ContainerChannel } from './containerChannel.ts';
import type { EgressGrant, EgressGrants } from './egress.ts';
import { keyUnenforceable, limitsMissing, startFailure } from './failures.ts';
import { realMounts, type MountRules } from './mountSources.ts';
import {
  limitWarning,
  missingLimits,
  unenforceableKey,
  type RuntimeCapabilities,
} from './runtime/capabilities.ts';
import type { ContainerRuntime } from './runtime/containerRuntime.ts';
import { throwIfStopped } from './stopped.ts';

export interface ContainerOptions {
  /** This installation's name (`instanceName`); its volumes and networks carry it. */
  readonly instance: string;
  readonly mounts: MountRules;
  /** Set if the stack has an egress proxy. */
  readonly egress?: EgressGrants | undefined;
  /** Called once with the limits that the engine does not enforce. */
  readonly warn?: (message: string) => void;
  /** Maximum bytes of one server's cache; undefined for no limit. */
  readonly cacheLimit?: number | undefined;
  /** Calls a listener each time the disk of the audit log is full; returns a function that unsubscribes it. */
  readonly onDiskFull?: ((listener: () => void) => () => void) | undefined;
}

/** Opens servers as containers of a runtime. One opener serves all servers of a gateway. */
export function openContainer(
  runtime: ContainerRuntime,
  options: ContainerOptions,
): OpenChannel<ContainerServer> {
  const { instance, cacheLimit: limit, warn = () => undefined } = options;
  const caches = limit === undefined ? undefined : new CacheLimit(runtime.volumes, { instance, limit });
  const warned = new Set<string>();
  /** @throws UpstreamError if the runtime can't enforce the limits that every server needs, or those of this entry */
  const requireLimits = async (server: ContainerServer): Promise<RuntimeCapabilities> => {
    const capabilities = await runtime.capabilities();
    const missing = missingLimits(capabilities);
    if (missing !== undefined) throw limitsMissing(server, capabilities.name, missing);
    const key = unenforceableKey(server.spec, capabilities);
    if (key !== undefined) throw keyUnenforceable(server, capabilities.name, key);
    const warning = limitWarning(capabilities);
    if (warning !== undefined && !warned.has(warning)) {
      warned.add(warning);
      warn(warning);
    }
    return capabilities;
  };
  const start: OpenChannel<ContainerServer> = async (server, events, signal) => {
    let grant: EgressGrant | undefined;
    try {
      await caches?.requireRoom(server);
      const confinement = Promise.all([realMounts(server, options.mounts), requireLimits(server)]).then(
        ([mounts, capabilities]) => {
          // Nobody would release the grant of a start that has been given up.
          throwIfStopped(server, signal);
          grant = egressGrant(server, options.egress);
          const env = new Map([...server.spec.env, ...(grant?.env ?? [])]);
          return { spec: { ...server.spec, env, mounts }, capabilities };
        },
      );
      const container = await runtime.create(server, confinement, signal);
      const over = (): void => grant?.release();
      const { onDiskFull } = options;
      const channel = new ContainerChannel({ container, server, events, onDiskFull, caches, over });
      return await started(channel, () => container.start(), server, signal);
    } catch (error) {
      grant?.release();
      throw startFailure(server, error);
    }
  };
  const formerCaches = new FormerCaches({ runtime, instance, start, warn });
  const warmCaches = new WarmCaches(start);
  return async function open(server, events, signal) {
    await formerCaches.adopt(server, signal);
    await warmCaches.fill(server, signal);
    return start(server, events, signal);
  };
}

/** @throws UpstreamError if nothing can enforce the entry's `egress:` */
function egressGrant(server: ContainerServer, grants: EgressGrants | undefined): EgressGrant | undefined {
  const { egress } = server.spec;
  if (egress === undefined) return undefined;
  if (grants !== undefined) return grants.grant(server.id, egress);
  throw new UpstreamError(
    'start_failed',
    `Server "${server.id}" could not be started: there is no egress proxy. Run LMCP with docker compose, or remove servers.${server.id}.egress.`,
  );
}

/** Returns the channel once its container runs; removes what was created if that fails. */
async function started(
  channel: ContainerChannel,
  start: () => Promise<void>,
  server: ContainerServer,
  signal: AbortSignal,
): Promise<ContainerChannel> {
  try {
    throwIfStopped(server, signal);
    await start();
    throwIfStopped(server, signal);
    return channel;
  } catch (error) {
    await channel.discard();
    throw error;
  }
}
