import type { Client } from '../../registry/types.ts';
import { usageFailure } from '../exitCodes.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/** The client of that id. @throws CommandFailure that names those there are */
export function knownClient({ registry }: RegistryFile, id: string): Client {
  const client = registry.clients.get(id);
  if (client !== undefined) return client;
  const known = [...registry.clients.keys()].join(', ');
  throw usageFailure(`the registry has no client ${id}; it has ${known === '' ? 'none' : known}`);
}
