import { isRecord } from '../json/isRecord.ts';
import { parse } from 'yaml';
import { openSecrets } from '../registry/secrets/editSecrets.ts';
import { secretsPath } from '../registry/secrets/secretReader.ts';
import type { Registry } from '../registry/types.ts';
import type { Present } from './plan.ts';

/** The registry as plain data, with its secrets, for comparing the servers of other configurations with its own. */
export async function presentIn(file: {
  readonly path: string;
  readonly text: string;
  readonly registry: Registry;
}): Promise<Present> {
  const { servers }: { servers?: unknown } = parse(file.text, { logLevel: 'silent' }) as object;
  const secrets = await openSecrets(secretsPath(file.path));
  return {
    servers: new Map(Object.entries(isRecord(servers) ? servers : {})),
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
