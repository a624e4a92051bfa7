import type { Kind } from './items.ts';

/** Servers' lists that exceeded `lmcp.list_max_mib` when last read. */
export class CutLists {
  readonly #cut = new Map<string, Set<Kind>>();

  learn(serverId: string, kind: Kind, cut: boolean): void {
    const kinds = this.#cut.get(serverId) ?? new Set();
    if (cut) kinds.add(kind);
    else kinds.delete(kind);
    if (kinds.size > 0) this.#cut.set(serverId, kinds);
    else this.#cut.delete(serverId);
  }

  of(serverId: string): Kind[] {
    return [...(this.#cut.get(serverId) ?? [])];
  }

  /** Appended to the error for a name missing from the list; empty if the list is complete. */
  hint(serverId: string, ...kinds: readonly Kind[]): string {
    const cut = this.#cut.get(serverId);
    if (cut === undefined || !kinds.some((kind) => cut.has(kind))) return '';
    return ' What the server lists beyond lmcp.list_max_mib is cut and cannot be used: ask the administrator to raise it.';
  }
}
