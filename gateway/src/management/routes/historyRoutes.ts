import type { ManagementDependencies } from '../dependencies.ts';
import { KeptRegistries, type KeptRegistry } from '../registry/keptRegistries.ts';
import { previewChange } from '../registry/previewChange.ts';
import { knownTools } from '../registry/knownTools.ts';
import type { RegistryWriter } from '../registry/registryWriter.ts';
import { restoreEdit } from '../registry/restoreEdit.ts';
import type { historyEndpoints } from '../../api/registry.ts';
import { ApiError } from '../apiError.ts';
import { json, type Handlers } from '../route.ts';

/** `/management/history`: the registries that were replaced, and the way back. */
export function historyHandlers(
  { store, catalog, marks }: ManagementDependencies,
  writer: RegistryWriter,
): Handlers<typeof historyEndpoints> {
  const kept = new KeptRegistries(store);
  return {
    listHistory: async () => {
      await store.reload();
      return json({ ok: true, entries: await kept.list() });
    },
    getHistoryEntry: async ({ params }) => {
      const { entry, text } = await keptRegistry(kept, params.history_id);
      const preview = await previewChange(store, restoreEdit(text), knownTools(catalog, marks));
      return json({ ok: true, entry, preview });
    },
    restoreHistoryEntry: async (request) => {
      const { text } = await keptRegistry(kept, request.params.history_id);
      return json(await writer.write('restore', request, restoreEdit(text)));
    },
  };
}

/** @throws ApiError 404 `unknown_history_entry` */
async function keptRegistry(kept: KeptRegistries, historyId: string): Promise<KeptRegistry> {
  const found = await kept.find(historyId);
  if (found !== undefined) return found;
  throw new ApiError('unknown_history_entry', 'the history has no such registry; it keeps the last 20');
}
