import { usageFailure } from '../exitCodes.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/** The servers of a comma-separated list. @throws CommandFailure where the registry does not have one of them */
export function serversIn(list: string, { registry }: RegistryFile): readonly string[] {
  const ids = [...new Set(list.split(',').map((id) => id.trim()))].filter((id) => id !== '');
  const unknown = ids.filter((id) => !registry.servers.has(id));
  if (unknown.length === 0) return ids;
  const known = [...registry.servers.keys()].join(', ');
  throw usageFailure(
    `the registry has no server ${unknown.join(', ')}; it has ${known === '' ? 'none' : known}`,
  );
}
