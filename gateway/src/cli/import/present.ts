import { parse } from 'yaml';
import type { Present } from '../../import/plan.ts';
import { openSecrets } from '../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../registry/secrets/secretReader.ts';
import { isPlainObject } from '../../registry/schema/read/section.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/** The registry as plain data, for comparing the servers of other configurations with its own. */
export async function presentIn(file: RegistryFile): Promise<Present> {
  const { servers }: { servers?: unknown } = parse(file.text, { logLevel: 'silent' }) as object;
  const secrets = await openSecrets(secretsPath(file.path));
  return {
    servers: new Map(Object.entries(isPlainObject(servers) ? servers : {})),
    clients: new Map(
      [...file.registry.clients.values()].map(({ id, allowServers }) => [
        id,
        { allowServers: [...allowServers] },
      ]),
    ),
    secrets: new Map(
      [...(secrets.ok ? secrets.entries : [])].map(([name, entry]) => [
        name,
        entry.kind === 'value' ? entry.value : null,
      ]),
    ),
  };
}
