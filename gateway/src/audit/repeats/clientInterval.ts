import { GENESIS } from '../format/chain.ts';
import { formatLine } from '../format/line.ts';
import type { AuditEntry } from '../types.ts';

type Part = 'denials' | 'others';

/**
 * What one client's denials may take in one interval, and what all its other entries may, in bytes; the lines that count
 * repeats take as much again at the most. A minute touches two intervals, so all of it stays below 1 MB.
 */
const lineBytes: Readonly<Record<Part, number>> = { denials: 100_000, others: 200_000 };

interface Kind {
  readonly entry: AuditEntry;
  count: number;
}

/** The entries that one client causes within one interval, beside those of its allowed calls. */
export class ClientInterval {
  readonly #kinds = new Map<string, Kind>();
  readonly #left: Record<Part, number> = { ...lineBytes };

  /**
   * Takes the entries of one request and gives what is written of them now; the rest is counted. Written are the first denial
   * of a kind, and other entries while there is room. When the room is used up, kinds are told apart by event and reason only.
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

  /** The log did not take these entries: the next of their kind is a first one again. */
  forget(entries: readonly AuditEntry[]): void {
    for (const key of entries.flatMap((entry) => [keyOf(entry), keyOf(coarse(entry))])) {
      if (this.#kinds.get(key)?.count === 0) this.#kinds.delete(key);
    }
  }

  /** One line for each kind that was repeated. */
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

  /** Gives the entry to write where it is the first of its coarse kind, and comes with no denial that was written before. */
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
    // What a denial names may be long, and is left out where there is no room for it.
    return entry.allowed === false ? { ...rough, call: entry.call ?? null } : entry;
  }

  /** What was allowed on the way to a repeated denial. */
  #countNew(entry: AuditEntry, part: Part): void {
    const kind = this.#hasRoom(part, [entry]) ? entry : coarse(entry);
    const known = this.#kinds.get(keyOf(kind)) ?? { entry: kind, count: 0 };
    this.#kinds.set(keyOf(kind), known);
    known.count += 1;
  }
}

/** What tells two requests of one kind apart, and is in no counted line. */
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

/** At least what the line will take: its number is not known yet. */
function sizeOf(entry: AuditEntry): number {
  const line = formatLine(entry, Number.MAX_SAFE_INTEGER, GENESIS.hash, anyTime);
  return Buffer.byteLength(line) + '\n'.length;
}
