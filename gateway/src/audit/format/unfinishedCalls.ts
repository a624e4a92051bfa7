import { SlotMap } from '../../collections/slotMap.ts';
import { parseLine } from './chain.ts';
import { jsonDetail } from './jsonText.ts';
import type { AuditEntry, AuditLine } from '../types.ts';

/** An allowed call without a logged outcome: it may have run. */
export interface UnfinishedCall {
  readonly call: string;
  readonly server_id: string | null;
  readonly tool_name: string | null;
}

/** A list in `detail`, cut to the room of one line. */
export interface UnfinishedList {
  readonly unfinished: readonly UnfinishedCall[];
  /** The number of omitted calls; absent if the list is complete. */
  readonly more?: number;
}

/** Room for the list in one line of 16 KiB, in bytes of JSON. */
const LIST_LIMIT = 14_000;
const NAME_LIMIT = 64;

const EVENT = Buffer.from(',"event":"');
const CALL = Buffer.from(',"call":"');
const QUOTE_COMMA = Buffer.from('",');

/** The calls in flight, so that each segment can begin with them. */
export class UnfinishedCalls {
  readonly #calls = new SlotMap<string, UnfinishedCall>();

  apply(entry: AuditEntry): void {
    if (typeof entry.call !== 'string') return;
    if (entry.event === 'tool_authz' && entry.allowed === true) {
      this.#calls.set(entry.call, describe(entry.call, entry));
    } else if (entry.event === 'tool_result') this.#calls.take(entry.call);
  }

  /** The entry did not become durable: a decision had no effect, or an outcome is still missing. */
  revert(entry: AuditEntry): void {
    if (typeof entry.call !== 'string') return;
    if (entry.event === 'tool_authz') this.#calls.take(entry.call);
    else if (entry.event === 'tool_result') this.#calls.set(entry.call, describe(entry.call, entry));
  }

  list(): UnfinishedList {
    return listUnfinished(this.#calls.values());
  }
}

/** As many calls as fit into one line, and the number of omitted ones. */
export function listUnfinished(calls: readonly UnfinishedCall[]): UnfinishedList {
  const listed: UnfinishedCall[] = [];
  let length = 0;
  for (const call of calls) {
    length += Buffer.byteLength(jsonDetail({ ...call })) + 1;
    if (length > LIST_LIMIT) return { unfinished: listed, more: calls.length - listed.length };
    listed.push(call);
  }
  return { unfinished: listed };
}

/** Reads a log backwards, line by line, to the start of its last run, and finds calls without an outcome. */
export class UnfinishedScan {
  readonly #finished = new Set<string>();
  readonly #found = new Map<string, UnfinishedCall>();
  #done = false;

  get done(): boolean {
    return this.#done;
  }

  /** Takes the next older line, without its newline. Most are skipped without parsing, since a run may be long. */
  feed(bytes: Buffer): void {
    if (this.#done) return;
    const event = textBehind(bytes, EVENT);
    if (event === 'tool_result') this.#finished.add(textBehind(bytes, CALL) ?? '');
    else if (event === 'tool_authz') this.#addCall(bytes);
    else if (event?.startsWith('audit_') === true) this.#readMilestone(bytes);
  }

  /** Oldest first. */
  result(): UnfinishedCall[] {
    return [...this.#found.values()].reverse();
  }

  #addCall(bytes: Buffer): void {
    const call = textBehind(bytes, CALL);
    if (call === undefined || this.#finished.has(call)) return;
    const line = parseLine(bytes);
    if (line?.allowed === true) this.#found.set(call, describe(line.call ?? call, line));
  }

  #readMilestone(bytes: Buffer): void {
    const line = parseLine(bytes);
    if (line?.event === 'audit_open') this.#done = true;
    else if (line?.event === 'audit_rotate' || line?.event === 'audit_close') this.#addList(line);
  }

  /** A complete list covers all older lines. */
  #addList(line: AuditLine): void {
    const unfinished = line.detail?.['unfinished'];
    if (!Array.isArray(unfinished)) return;
    for (const each of (unfinished as UnfinishedCall[]).toReversed()) {
      const key = JSON.stringify(each.call).slice(1, -1);
      if (!this.#finished.has(key)) this.#found.set(key, each);
    }
    this.#done = line.detail?.['more'] === undefined;
  }
}

interface NamedTool {
  readonly server_id?: string | null;
  readonly tool_name?: string | null;
}

function describe(call: string, of: NamedTool): UnfinishedCall {
  return { call: call.slice(0, 256), server_id: short(of.server_id), tool_name: short(of.tool_name) };
}

function short(name: string | null | undefined): string | null {
  return name?.slice(0, NAME_LIMIT) ?? null;
}

/**
 * The JSON text of the string after a key, including escapes, without parsing the line. Quotes inside a string are
 * escaped, so the first match of a quoted key is the key itself; only `detail`, the last one, contains other keys.
 */
function textBehind(bytes: Buffer, key: Buffer): string | undefined {
  const at = bytes.indexOf(key);
  if (at < 0) return undefined;
  const start = at + key.length;
  const end = bytes.indexOf(QUOTE_COMMA, start);
  return end < 0 ? undefined : bytes.toString('latin1', start, end);
}
