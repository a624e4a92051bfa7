import type { Audit } from '../audit/types.ts';
import type { ApplyAnswer } from '../api/registry.ts';
import { importPatch, type ImportPlan, type Present } from '../import/plan.ts';
import { editSecrets } from '../registry/secrets/editSecrets.ts';
import { secretsPath } from '../registry/secrets/secretReader.ts';
import type { RegistryStore } from '../registry/store.ts';
import type { RawRequest } from './route.ts';
import { validSecretsFile } from './routes/secretRoutes.ts';
import type { GivenSecrets } from './registry/givenSecrets.ts';
import { patchEdit } from './registry/registryEdit.ts';
import type { RegistryWriter } from './registry/registryWriter.ts';

interface Parts {
  readonly store: RegistryStore;
  readonly writer: RegistryWriter;
  readonly given: GivenSecrets;
}

/** A plan, with the registry that it was made for, and the values of the secrets that it asks for. */
interface Planned {
  readonly plan: ImportPlan;
  readonly present: Present;
  readonly values: Readonly<Record<string, string>>;
  /** Whether the secrets of the plan are of files of this machine, so that the caller does not know them. */
  readonly isFound: boolean;
}

/**
 * Writes the secrets of a plan, then its servers and grants. Where the registry is not written, the secrets are removed again.
 * @throws ApiError for a rejection
 */
export async function applyImport(
  { store, writer, given }: Parts,
  request: Pick<RawRequest, 'ifMatch' | 'requestId'>,
  { plan, present, values, isFound }: Planned,
): Promise<ApplyAnswer> {
  const path = secretsPath(store.path);
  await validSecretsFile(path);
  const added = newSecrets(plan, present, values);
  await editSecrets(path, Object.fromEntries(added));
  for (const [name, value] of added) if (!isFound || values[name] === value) given.add(name, value);
  const removeAdded = (): Promise<void> =>
    editSecrets(path, Object.fromEntries([...added.keys()].map((name) => [name, null])));
  try {
    const patch = importPatch(plan, present);
    const applied = await writer.write('import', request, patchEdit(patch), patch, new Set(added.keys()));
    if (!applied.applied) await removeAdded();
    return applied;
  } catch (error) {
    await removeAdded();
    throw error;
  }
}

/** Writes the secrets of a plan alone, each logged before it is there. @throws ApiError 409 `invalid_secrets` */
export async function storeSecrets(
  { store, audit, given }: Pick<Parts, 'store' | 'given'> & { readonly audit: Audit },
  requestId: string | null,
  { plan, present, values }: Omit<Planned, 'isFound'>,
): Promise<void> {
  const path = secretsPath(store.path);
  await validSecretsFile(path);
  const added = newSecrets(plan, present, values);
  if (added.size === 0) return;
  const logged = { event: 'config_change', allowed: true, reason: 'ok', request_id: requestId } as const;
  await audit.append(
    [...added.keys()].map((secret) => ({
      ...logged,
      detail: { source: 'apply', action: 'secret_set', secret },
    })),
  );
  await editSecrets(path, Object.fromEntries(added));
  for (const [name, value] of added) given.add(name, value);
}

/** Those of the plan and of the request that the file of the secrets does not have. */
function newSecrets(
  plan: ImportPlan,
  present: Present,
  values: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const asked = [...plan.asked.values()].flat();
  const all = [
    ...[...plan.secrets.values()].flatMap((named) => [...named]),
    ...asked.map((name) => [name, values[name] ?? ''] as const),
  ];
  return new Map(all.filter(([name, value]) => value !== '' && !present.secrets.has(name)));
}
