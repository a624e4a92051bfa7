import { diffRegistries } from '../registry/diff.ts';
import { listHistory, readHistory } from '../registry/history.ts';
import type { RegistryStore } from '../registry/store.ts';
import type { ManagementDependencies } from './dependencies.ts';
import { fileNameOf, historyIdOf } from './historyId.ts';
import { previewChange } from './previewChange.ts';
import { knownTools } from './knownTools.ts';
import type { RegistryWriter } from './registryWriter.ts';
import { restoreEdit } from './restoreEdit.ts';
import { ApiError, json, type ManagementRequest, type Route } from './route.ts';
import type { HistoryAnswer, HistoryEntry, HistoryEntryAnswer } from './types.ts';

/** `/management/history`: the registries that were replaced, and the way back. */
export function historyRoutes({ store, catalog }: ManagementDependencies, writer: RegistryWriter): Route[] {
  return [
    {
      method: 'GET',
      path: '/management/history',
      handle: async () => {
        await store.reload();
        const entries = await historyOf(store);
        return json({ ok: true, entries: entries.map(({ entry }) => entry) } satisfies HistoryAnswer);
      },
    },
    {
      method: 'GET',
      path: '/management/history/:history_id',
      handle: async (request) => {
        const { entry, text } = await keptRegistry(store, request);
        const preview = await previewChange(store, restoreEdit(text), knownTools(catalog));
        return json({ ok: true, entry, preview } satisfies HistoryEntryAnswer);
      },
    },
    {
      method: 'POST',
      path: '/management/history/:history_id/restore',
      handle: async (request) => {
        const { text } = await keptRegistry(store, request);
        return json(await writer.write('restore', request, restoreEdit(text)));
      },
    },
  ];
}

interface Kept {
  readonly entry: HistoryEntry;
  readonly text: string;
}

/** @throws ApiError 404 `unknown_history_entry` */
async function keptRegistry(store: RegistryStore, { params }: ManagementRequest): Promise<Kept> {
  const id = params['history_id'] ?? '';
  const found = (await historyOf(store)).find(({ entry }) => entry.history_id === id);
  if (found !== undefined) return found;
  throw new ApiError(
    404,
    'unknown_history_entry',
    'the history holds no such registry; of older ones the last 20 are kept',
  );
}

/** Newest first, each with what the change did that replaced it: the difference to the registry that came after. */
async function historyOf(store: RegistryStore): Promise<Kept[]> {
  const names = (await listHistory(store.path)).map((each) => ({ ...each, id: historyIdOf(each.name) }));
  const texts = await Promise.all(names.map(({ id }) => readHistory(store.path, fileNameOf(id))));
  return names.flatMap(({ id, replacedAt, revision }, index) => {
    const text = texts[index] ?? null;
    if (text === null) return [];
    const after = index === 0 ? store.text : (texts[index - 1] ?? null);
    const entry: HistoryEntry = {
      history_id: id,
      replaced_at: Date.parse(replacedAt),
      revision,
      changes_summary: after === null ? [] : changesBetween(store, text, after),
    };
    return [{ entry, text }];
  });
}

/** Empty where one of the two can no longer be read, as for an unset variable. */
function changesBetween(store: RegistryStore, before: string, after: string): readonly string[] {
  const [from, to] = [store.check(before), store.check(after)];
  return from.ok && to.ok ? diffRegistries(from.registry, to.registry).summary : [];
}
