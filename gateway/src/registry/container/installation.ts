import { createHash } from 'node:crypto';
import type { Field } from './problem.ts';

/** An installation's name: part of container names, of volume names and of filters. */
export const instancePattern = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** What the names of an installation's cache volumes begin with; no installation's name holds the dot that ends it. */
export function cacheVolumePrefix(instance: string): string {
  return `lmcp-cache-${instance}.`;
}

/** What the names of networks begin with on which a server with `egress:` meets the proxy alone. */
export function egressNetworkPrefix(instance: string): string {
  return `lmcp-egress-${instance}.`;
}

/** What the name of a server's cache ends with, which belongs to the server's own user; those of earlier versions end before it. */
export const ownCacheSuffix = '.own';

/**
 * The name that ties containers to this installation across restarts.
 * @param written `LMCP_INSTALLATION`, which the engine guard must be given as well
 * @param where what tells this installation from others where nothing is written: host name and the registry's real path
 */
export function installationName(written: string | undefined, ...where: readonly string[]): Field<string> {
  if (written === undefined || written === '') {
    const digest = createHash('sha256').update(JSON.stringify(where)).digest('hex');
    return { value: digest.slice(0, 16) };
  }
  if (instancePattern.test(written)) return { value: written };
  return {
    message: 'LMCP_INSTALLATION is not a name',
    fix: 'write at most 40 lower-case letters, digits, hyphens and underscores, starting with a letter or a digit',
  };
}
