import { parse } from 'yaml';
import type { Present } from '../../import/plan.ts';
import { isPlainObject } from '../../registry/schema/read/section.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/** The registry as plain data, for comparing the servers of other configurations with its own. */
export function presentIn(file: RegistryFile): Present {
  const { servers }: { servers?: unknown } = parse(file.text, { logLevel: 'silent' }) as object;
  return {
    servers: new Map(Object.entries(isPlainObject(servers) ? servers : {})),
    clients: new Map(
      [...file.registry.clients.values()].map(({ id, allowServers }) => [
        id,
        { allowServers: [...allowServers] },
      ]),
    ),
  };
}
