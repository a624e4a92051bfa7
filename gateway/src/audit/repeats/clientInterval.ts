import { GENESIS } from '../format/chain.ts';
import { formatLine } from '../format/line.ts';
import type { AuditEntry } from '../types.ts';

type Part = 'denials' | 'others';

/**
 * Bytes that one client's denials, and all its other entries, may take in one interval; the lines that count repeats take
 * at most as much again. A minute touches two intervals, so the total stays below 1 MB.
 */
const lineBytes: Readonly<Record<Part, number>> = { denials: 100_000, others: 200_000 };

interface Kind {
  readonly entry: AuditEntry;
  count: number;
}

/** The entries that one client causes within one interval, except those of its allowed calls. */
export class ClientInterval {
  readonly #kinds = new Map<string, Kind>();
  readonly #left: Record<Part, number> = { ...lineBytes };

  /**
   * Takes the entries of one request and returns those to write now; the rest is counted. Written are the first denial of a
   * kind, and other entries while there is room. Without room, kinds are distinguished by event and reason only.
   */
  take(entries: readonly AuditEntry[]): readonly AuditEntry[] {
    const denials = entries.filter(({ allowed }) => allowed === false);
    const part = denials.length > 0 ? 'denials' : 'others';
    const repeated = denials.length > 0 && denials.every((entry) => this.#kinds.has(keyOf(entry)));
    if (!repeated && this.#hasRoom(part, entries)) {
      for (const entry of denials) this.#kinds.set(keyOf(entry), { entry, count: 0 });
      return entries;
    }
    return entries.flatMap((entry) => this.#count(entry, part, repeated) ?? []);
  }

  /** The log rejected these entries: the next entry of their kind is written again. */
  forget(entries: readonly AuditEntry[]): void {
    for (const key of entries.flatMap((entry) => [keyOf(entry), keyOf(coarse(entry))])) {
      if (this.#kinds.get(key)?.count === 0) this.#kinds.delete(key);
    }
  }

  /** One line for each repeated kind. */
  lines(): AuditEntry[] {
    return [...this.#kinds.values()]
      .filter(({ count }) => count > 0)
      .map(({ entry, count }) => counted(entry, count));
  }

  #hasRoom(part: Part, entries: readonly AuditEntry[]): boolean {
    const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (bytes > this.#left[part]) return false;
    this.#left[part] -= bytes;
    return true;
  }

  /** Returns the entry to write if it is the first of its coarse kind, and does not come with an already written denial. */
  #count(entry: AuditEntry, part: Part, repeated: boolean): AuditEntry | undefined {
    const rough = coarse(entry);
    const known = this.#kinds.get(keyOf(entry)) ?? (repeated ? undefined : this.#kinds.get(keyOf(rough)));
    if (known !== undefined) {
      known.count += 1;
      return undefined;
    }
    if (repeated) {
      this.#countNew(entry, part);
      return undefined;
    }
    this.#kinds.set(keyOf(rough), { entry: rough, count: 0 });
    // The names in a denial may be long, and are omitted without room.
    return entry.allowed === false ? { ...rough, call: entry.call ?? null } : entry;
  }

  /** Counts the allowed entries before a repeated denial. */
  #countNew(entry: AuditEntry, part: Part): void {
    const kind = this.#hasRoom(part, [entry]) ? entry : coarse(entry);
    const known = this.#kinds.get(keyOf(kind)) ?? { entry: kind, count: 0 };
    this.#kinds.set(keyOf(kind), known);
    known.count += 1;
  }
}

/** Members that differ between requests of one kind, and are omitted from counted lines. */
const ownOfRequest = ['args', 'duration_ms', 'bytes'];

function aboutKind({ detail }: AuditEntry): Record<string, unknown> {
  return Object.fromEntries(Object.entries(detail ?? {}).filter(([key]) => !ownOfRequest.includes(key)));
}

function keyOf(entry: AuditEntry): string {
  const { event, server_id, tool_name, allowed, reason } = entry;
  const names = [server_id ?? null, tool_name ?? null, allowed ?? null, reason ?? null];
  return JSON.stringify([event, ...names, aboutKind(entry)]);
}

function coarse({ event, client_id, server_id, allowed, reason }: AuditEntry): AuditEntry {
  return {
    ...(event === 'egress_denied' && { server_id: server_id ?? null }),
    event,
    client_id: client_id ?? null,
    allowed: allowed ?? null,
    reason: reason ?? null,
  };
}

function counted({ call: _call, request_id: _request, ...entry }: AuditEntry, count: number): AuditEntry {
  return { ...entry, detail: { ...aboutKind(entry), count } };
}

const anyTime = new Date(0).toISOString();

/** An upper bound of the line's size: its sequence number is not known yet. */
function sizeOf(entry: AuditEntry): number {
  const line = formatLine(entry, Number.MAX_SAFE_INTEGER, GENESIS.hash, anyTime);
  return Buffer.byteLength(line) + '\n'.length;
}
