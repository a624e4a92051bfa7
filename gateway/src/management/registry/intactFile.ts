import type { RegistryStore } from '../../registry/store.ts';
import type { Registry } from '../../registry/types.ts';
import { problemsInText } from './registryEdit.ts';
import { ApiError } from '../apiError.ts';

/**
 * What the registry's file says, where it can be active: a change on top of a broken edit would hide it.
 * @throws ApiError 409 `invalid_registry`
 */
export function intactFile(store: RegistryStore, text: string): Registry {
  if (text === store.text) return store.current;
  const parsed = store.check(text);
  if (parsed.ok) return parsed.registry;
  throw brokenFile(store, problemsInText(parsed.problems));
}

/**
 * Looks at the file and rejects when it is not what is active.
 * @throws ApiError 409 `invalid_registry`
 */
export async function requireIntactFile(store: RegistryStore): Promise<void> {
  await store.reload();
  const { error } = store;
  if (error !== null) throw brokenFile(store, problemsInText(error.problems));
}

function brokenFile(store: RegistryStore, errors: ReturnType<typeof problemsInText>): ApiError {
  return new ApiError(
    'invalid_registry',
    'the registry file cannot be used as it is on the disk, so the gateway still uses the last valid version. Fix the file first',
    { errors, revision: store.revision },
  );
}
