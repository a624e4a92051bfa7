import { UpstreamError } from '../../errors.ts';
import { mountDenial } from '../../registry/container/mounts.ts';
import type { ContainerMount, ContainerServer } from '../../registry/types.ts';

export interface MountRules {
  /**
   * Resolves every symlink of a path of the engine's machine, rejecting where there is nothing. Undefined where the
   * gateway does not see that machine's files (it runs in a container itself): the engine guard does it then.
   */
  readonly realpath: ((path: string) => Promise<string>) | undefined;
  /** Whether the engine is on another machine, whose links nobody here resolves: no folder of it is mounted. */
  readonly isRemote?: boolean;
  /** Real paths of the gateway's own configuration and audit folders. */
  readonly forbidden: readonly string[];
}

/**
 * The mounts of a server with the real paths of their sources, so that no link leads to what may not be mounted.
 * @throws UpstreamError when a source is not there or may not be mounted
 */
export function realMounts(server: ContainerServer, rules: MountRules): Promise<ContainerMount[]> {
  return Promise.all(
    server.spec.mounts.map(async (mount) => {
      if (mount.type === 'volume') return mount;
      if (rules.isRemote === true) {
        const detail = 'the engine of DOCKER_HOST is on another machine; use a volume of its';
        throw failure(server.id, mount, 'may not be mounted', detail);
      }
      const source = await realSource(server.id, mount, rules.realpath);
      const denial = mountDenial(source, rules.forbidden);
      if (denial === undefined) return { ...mount, source };
      throw failure(server.id, mount, `may not be mounted`, `${source}: ${denial}`);
    }),
  );
}

async function realSource(
  serverId: string,
  mount: ContainerMount,
  realpath: MountRules['realpath'],
): Promise<string> {
  if (realpath === undefined) return mount.source;
  try {
    return await realpath(mount.source);
  } catch (error) {
    throw failure(serverId, mount, 'does not exist or can’t be read', (error as Error).message);
  }
}

function failure(serverId: string, mount: ContainerMount, what: string, detail: string): UpstreamError {
  const message =
    `Server "${serverId}" could not be started: the folder for ${mount.target} ${what}. ` +
    `Correct servers.${serverId} in the registry.`;
  return new UpstreamError('start_failed', message, detail);
}
