import type { ManagementDependencies } from '../dependencies.ts';
import { KeptRegistries, type KeptRegistry } from '../registry/keptRegistries.ts';
import { previewChange } from '../registry/previewChange.ts';
import { knownTools } from '../registry/knownTools.ts';
import type { RegistryWriter } from '../registry/registryWriter.ts';
import { restoreEdit } from '../registry/restoreEdit.ts';
import { ApiError, json, type ManagementRequest, type Route } from '../route.ts';
import type { HistoryAnswer, HistoryEntryAnswer, RestoreAnswer } from '../../api/types.ts';

/** `/management/history`: the registries that were replaced, and the way back. */
export function historyRoutes(
  { store, catalog, marks }: ManagementDependencies,
  writer: RegistryWriter,
): Route[] {
  const kept = new KeptRegistries(store);
  return [
    {
      method: 'GET',
      path: '/management/history',
      handle: async () => {
        await store.reload();
        return json({ ok: true, entries: await kept.list() } satisfies HistoryAnswer);
      },
    },
    {
      method: 'GET',
      path: '/management/history/:history_id',
      handle: async (request) => {
        const { entry, text } = await keptRegistry(kept, request);
        const preview = await previewChange(store, restoreEdit(text), knownTools(catalog, marks));
        return json({ ok: true, entry, preview } satisfies HistoryEntryAnswer);
      },
    },
    {
      method: 'POST',
      path: '/management/history/:history_id/restore',
      handle: async (request) => {
        const { text } = await keptRegistry(kept, request);
        const answer: RestoreAnswer = await writer.write('restore', request, restoreEdit(text));
        return json(answer);
      },
    },
  ];
}

/** @throws ApiError 404 `unknown_history_entry` */
async function keptRegistry(kept: KeptRegistries, { params }: ManagementRequest): Promise<KeptRegistry> {
  const found = await kept.find(params['history_id'] ?? '');
  if (found !== undefined) return found;
  throw new ApiError(
    404,
    'unknown_history_entry',
    'the history holds no such registry; of older ones the last 20 are kept',
  );
}
