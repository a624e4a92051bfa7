import { setImmediate as othersFirst } from 'node:timers/promises';
import { diffRegistries } from '../../registry/diff.ts';
import { listHistory, readHistory } from '../../registry/file/history.ts';
import type { RegistryStore } from '../../registry/store.ts';
import type { Registry } from '../../registry/types.ts';
import { fileNameOf, historyIdOf } from './historyId.ts';
import type { HistoryEntry } from '../../api/registry.ts';

export interface KeptRegistry {
  readonly entry: HistoryEntry;
  readonly text: string;
}

type Named = Omit<HistoryEntry, 'changes_summary'>;

/** The registries that were replaced, each with what the change did that replaced it: the difference to the one that came after. */
export class KeptRegistries {
  readonly #store: RegistryStore;
  /** By entry and what came after it. Reading a long registry takes a while, and what was kept stays as it is. */
  #summaries = new Map<string, readonly string[]>();

  constructor(store: RegistryStore) {
    this.#store = store;
  }

  /** Newest first. */
  async list(): Promise<HistoryEntry[]> {
    const named = await this.#named();
    const known = this.#summaries;
    const summaries = new Map<string, readonly string[]>();
    const entries: HistoryEntry[] = [];
    let after = {
      revision: this.#store.revision,
      registry: this.#store.current as Registry | null | undefined,
    };
    for (const each of named) {
      const key = `${each.history_id} ${after.revision}`;
      let summary = known.get(key);
      let registry: Registry | null | undefined;
      if (summary === undefined) {
        await othersFirst();
        registry = await this.#read(each.history_id);
        after.registry ??= await this.#read(entries.at(-1)?.history_id ?? '');
        summary = changesBetween(registry, after.registry);
      }
      summaries.set(key, summary);
      entries.push({ ...each, changes_summary: summary });
      after = { revision: each.revision, registry };
    }
    this.#summaries = summaries;
    return entries;
  }

  /** Undefined where none of that name is kept. */
  async find(historyId: string): Promise<KeptRegistry | undefined> {
    const text = await readHistory(this.#store.path, fileNameOf(historyId));
    if (text === null) return undefined;
    const entry = (await this.list()).find(({ history_id }) => history_id === historyId);
    return entry === undefined ? undefined : { entry, text };
  }

  async #named(): Promise<Named[]> {
    return (await listHistory(this.#store.path)).map(({ name, replacedAt, revision }) => ({
      history_id: historyIdOf(name),
      replaced_at: Date.parse(replacedAt),
      revision,
    }));
  }

  /** Null where it can no longer be read, as for an unset variable. */
  async #read(historyId: string): Promise<Registry | null> {
    const text = await readHistory(this.#store.path, fileNameOf(historyId));
    const parsed = text === null ? undefined : this.#store.check(text);
    return parsed?.ok === true ? parsed.registry : null;
  }
}

function changesBetween(before: Registry | null, after: Registry | null): readonly string[] {
  return before === null || after === null ? [] : diffRegistries(before, after).summary;
}
