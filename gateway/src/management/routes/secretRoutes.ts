import type { secretEndpoints, SecretSummary } from '../../api/secrets.ts';
import { editSecrets, openSecrets } from '../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../registry/secrets/secretReader.ts';
import { secretIn, type SecretsFile } from '../../registry/secrets/secretsFile.ts';
import { secretUsers } from '../../registry/secrets/secretUsers.ts';
import { ApiError } from '../apiError.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import type { GivenSecrets } from '../registry/givenSecrets.ts';
import { json, type Handlers } from '../route.ts';

/** `/management/secrets`: their names, and never their values. */
export function secretHandlers(
  { store, audit }: ManagementDependencies,
  given: GivenSecrets,
): Handlers<typeof secretEndpoints> {
  const path = secretsPath(store.path);
  const edit = async (
    action: 'secret_set' | 'secret_remove',
    name: string,
    value: string | null,
    requestId: string | null,
  ): Promise<void> => {
    const detail = { source: 'apply', action, secret: name };
    await audit.append([
      { event: 'config_change', allowed: true, reason: 'ok', request_id: requestId, detail },
    ]);
    await editSecrets(path, { [name]: value });
    await store.reload();
  };
  return {
    listSecrets: async () => {
      await store.reload();
      return json({ ok: true, secrets: summaries(await openSecrets(path), secretUsers(store.current)) });
    },
    setSecret: async ({ body: { name, value }, requestId }) => {
      await validSecretsFile(path);
      await edit('secret_set', name, value, requestId);
      given.add(name, value);
      return json({ ok: true, name });
    },
    removeSecret: async ({ params: { secret_name: name }, requestId }) => {
      if (!(await validSecretsFile(path)).has(name))
        throw new ApiError('unknown_secret', 'secrets.yaml has no such secret');
      await edit('secret_remove', name, null, requestId);
      return json({ ok: true, name });
    },
  };
}

function summaries(file: SecretsFile, users: ReadonlyMap<string, readonly string[]>): SecretSummary[] {
  const names = new Set([...(file.ok ? file.entries.keys() : []), ...users.keys()]);
  return [...names].map((name) => {
    const entry = secretIn(file, name);
    const problem = entry.kind === 'missing' ? `${entry.why}; ${entry.fix}` : null;
    return { name, source: entry.kind, problem, used_by: [...(users.get(name) ?? [])] };
  });
}

/** @throws ApiError 409 `invalid_secrets` */
export async function validSecretsFile(path: string): Promise<ReadonlySet<string>> {
  const file = await openSecrets(path);
  if (!file.ok)
    throw new ApiError('invalid_secrets', `${file.why}: correct it on the machine that runs LMCP`);
  return new Set(file.entries.keys());
}
