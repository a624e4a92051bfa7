import type {
  ApplyAnswer,
  PreviewAnswer,
  RegistryPatch,
  RegistryViewAnswer,
} from 'lmcp-gateway/src/api/registry.ts';
import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import type { Failure } from '#lib/api/request.ts';
import {
  changedPaths,
  combinePatches,
  mergePatch,
  pruneUnchanged,
  rebasePatch,
} from '#lib/domain/access/patch.ts';
import { pendingGroups } from '#lib/domain/access/pendingGroups.ts';
import { session } from './session.svelte.ts';

const storeKey = 'lmcp.staged';
const emptyView: RegistryView = { lmcp: { management_token_status: 'empty' }, clients: {}, servers: {} };

/** Changes that are wanted and not yet made. Nothing in here writes but `apply`. */
class Staging {
  base = $state.raw<RegistryViewAnswer | null>(null);
  patch = $state.raw<RegistryPatch>({});
  preview = $state.raw<PreviewAnswer | null>(null);
  failure = $state.raw<Failure | null>(null);
  applying = $state(false);
  /** Set when the registry changed under staged changes, until they are looked at again. */
  rebased = $state(false);

  readonly paths: readonly (readonly string[])[] = $derived(changedPaths(this.patch));
  readonly any: boolean = $derived(this.paths.length > 0);
  /** The active registry. */
  readonly current: RegistryView = $derived(this.base?.registry ?? emptyView);
  /** How many servers, clients and settings they concern. */
  readonly objects: number = $derived(pendingGroups(this.current, this.patch).length);
  /** The registry as it would be. */
  readonly view: RegistryView = $derived(this.any ? mergePatch(this.current, this.patch) : this.current);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Reads the registry; pending changes are moved to its current version. */
  async load(): Promise<void> {
    const answer = await session.routes?.registry();
    if (answer === undefined) return;
    if (!answer.ok) {
      this.failure = answer;
      session.sawFailure(answer);
      return;
    }
    const before = this.base ?? storedBase();
    const staged = this.base === null ? storedPatch() : this.patch;
    this.failure = null;
    this.base = answer;
    if (before !== null && before.revision !== answer.revision && Object.keys(staged).length > 0) {
      this.#set(rebasePatch(staged, before.registry, answer.registry));
      this.rebased = this.any;
    } else this.#set(pruneUnchanged(staged, answer.registry));
  }

  stage(change: RegistryPatch): void {
    this.#set(pruneUnchanged(combinePatches(this.patch, change), this.current));
  }

  /** Takes one staged leaf back. */
  unstage(path: readonly string[]): void {
    this.#set(withoutPath(this.patch, path));
  }

  discard(): void {
    this.rebased = false;
    this.#set({});
  }

  reset(): void {
    this.base = null;
    this.preview = null;
    this.patch = {};
    this.rebased = false;
  }

  /** Writes what is staged; on success nothing is staged any more. */
  async apply(): Promise<ApplyAnswer | Failure | null> {
    if (this.base === null || session.routes === null) return null;
    this.applying = true;
    const answer = await session.routes.apply(this.patch, this.base.revision);
    this.applying = false;
    if (answer.ok && answer.applied) this.discard();
    if (!answer.ok) session.sawFailure(answer);
    if (answer.ok || answer.error === 'revision_mismatch') await this.load();
    return answer;
  }

  #set(patch: RegistryPatch): void {
    this.patch = patch;
    if (this.any && this.base !== null) {
      sessionStorage.setItem(storeKey, JSON.stringify({ base: this.base, patch }));
    } else sessionStorage.removeItem(storeKey);
    this.#ask();
  }

  /** The preview follows the staged patch; while it is on its way the last one is gone, so that no stale text is shown. */
  #ask(): void {
    this.#asked += 1;
    const mine = this.#asked;
    this.preview = null;
    clearTimeout(this.#timer);
    if (!this.any) return;
    this.#timer = setTimeout(() => void this.#preview(mine), 150);
  }

  async #preview(mine: number): Promise<void> {
    const answer = await session.routes?.preview(this.patch);
    if (answer === undefined || mine !== this.#asked) return;
    if (answer.ok) {
      this.preview = answer;
      this.failure = null;
    } else {
      this.failure = answer;
      session.sawFailure(answer);
    }
  }
}

function stored(): { base: RegistryViewAnswer; patch: RegistryPatch } | null {
  try {
    return JSON.parse(sessionStorage.getItem(storeKey) ?? 'null') as ReturnType<typeof stored>;
  } catch {
    return null;
  }
}
const storedBase = (): RegistryViewAnswer | null => stored()?.base ?? null;
const storedPatch = (): RegistryPatch => stored()?.patch ?? {};

function withoutPath(patch: RegistryPatch, path: readonly string[]): RegistryPatch {
  const [key, ...rest] = path;
  const entries = Object.entries(patch).flatMap(([name, value]): [string, unknown][] => {
    if (name !== key) return [[name, value]];
    if (rest.length === 0 || typeof value !== 'object' || value === null) return [];
    const inner = withoutPath(value as RegistryPatch, rest);
    return Object.keys(inner).length === 0 ? [] : [[name, inner]];
  });
  return Object.fromEntries(entries);
}

export const staging = new Staging();
