import { configuredRuntime } from '../../../assembly/configuredRuntime.ts';
import { cacheVolumePrefix, ownCacheSuffix } from '../../../registry/container/installation.ts';
import type { Server } from '../../../registry/types.ts';
import { RuntimeError } from '../../../upstream/container/runtime/runtimeError.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/**
 * `lmcp containers prune`: removes the cache of one `command:` server, or those of servers that the registry no longer has; with
 * `all` every one that no container uses.
 */
export async function containersPrune(
  context: CommandContext,
  server: string,
  { all = false }: { readonly all?: boolean },
): Promise<ExitCode> {
  const { registry, path } = await readRegistryFile(context);
  const { terminal } = context;
  const { runtime, instance } = await configuredRuntime(terminal.env, path).catch((error: unknown) => {
    throw new CommandFailure((error as Error).message, ExitCode.usage);
  });
  const prefix = cacheVolumePrefix(instance);
  const inUse = new Set([...registry.servers.values()].flatMap(volumesOf));
  const isWanted = (name: string): boolean => {
    if (server !== '') return name === `${prefix}${server}${ownCacheSuffix}` || name === `${prefix}${server}`;
    return all || !inUse.has(name);
  };
  let left = 0;
  try {
    for (const name of await runtime.volumes.list(prefix)) {
      if (!isWanted(name)) continue;
      const error = await runtime.volumes.remove(name).then(
        () => undefined,
        (reason: unknown) => reason as RuntimeError,
      );
      if (error?.kind === 'unreachable') throw error;
      if (error === undefined) terminal.out(`removed ${name}\n`);
      else terminal.err(`lmcp: ${name} stays: ${error.message}\n`);
      if (error !== undefined) left++;
    }
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    throw new CommandFailure(`the container engine can’t be asked: ${error.message}`);
  }
  const own = server === '' ? `${prefix}*` : `${prefix}${server}*`;
  terminal.err(
    `lmcp: ${left === 0 ? `no cache (${own}) is left that is not needed` : `${left} could not be removed`}\n`,
  );
  return left === 0 ? ExitCode.fine : ExitCode.failed;
}

function volumesOf(server: Server): string[] {
  if (server.runtime !== 'container') return [];
  return server.spec.mounts.flatMap(({ type, source }) => (type === 'volume' ? [source] : []));
}
