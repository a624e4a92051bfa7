import { parseLine } from './chain.ts';
import { jsonDetail } from './jsonText.ts';
import type { AuditEntry, AuditLine } from '../types.ts';

/** A call that was allowed and whose outcome is not logged: it may have run. */
export interface UnfinishedCall {
  readonly call: string;
  readonly server_id: string | null;
  readonly tool_name: string | null;
}

/** What `detail` holds of a list that may be too long for one line. */
export interface UnfinishedList {
  readonly unfinished: readonly UnfinishedCall[];
  /** How many did not fit; absent when the list is complete. */
  readonly more?: number;
}

/** Room for the list in one line of 16 KiB, in bytes of JSON. */
const LIST_LIMIT = 14_000;
const NAME_LIMIT = 64;

const EVENT = Buffer.from(',"event":"');
const CALL = Buffer.from(',"call":"');
const QUOTE_COMMA = Buffer.from('",');

/** The calls that are under way, kept while writing so that each segment can begin with them. */
export class UnfinishedCalls {
  readonly #calls = new Map<string, UnfinishedCall>();

  apply(entry: AuditEntry): void {
    if (typeof entry.call !== 'string') return;
    if (entry.event === 'tool_authz' && entry.allowed === true) {
      this.#calls.set(entry.call, describe(entry.call, entry));
    } else if (entry.event === 'tool_result') this.#calls.delete(entry.call);
  }

  /** The entry never became durable: a decision was not acted on, an outcome is still missing. */
  revert(entry: AuditEntry): void {
    if (typeof entry.call !== 'string') return;
    if (entry.event === 'tool_authz') this.#calls.delete(entry.call);
    else if (entry.event === 'tool_result') this.#calls.set(entry.call, describe(entry.call, entry));
  }

  list(): UnfinishedList {
    return listUnfinished([...this.#calls.values()]);
  }
}

/** As many as one line has room for, and how many are left out. */
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

/** Reads a log backwards, line by line, until the start of its last run, and tells which calls have no outcome. */
export class UnfinishedScan {
  readonly #finished = new Set<string>();
  readonly #found = new Map<string, UnfinishedCall>();
  #done = false;

  get done(): boolean {
    return this.#done;
  }

  /** The next older line, without its newline. Most are dismissed without parsing: a run may be long. */
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

  /** A complete list stands for everything older. */
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
 * The JSON text of the string that follows a key, escapes and all, without parsing the line. Inside a string every
 * quote is escaped, so a key in quotes is first found where it is a key; only `detail`, the last one, holds others.
 */
function textBehind(bytes: Buffer, key: Buffer): string | undefined {
  const at = bytes.indexOf(key);
  if (at < 0) return undefined;
  const start = at + key.length;
  const end = bytes.indexOf(QUOTE_COMMA, start);
  return end < 0 ? undefined : bytes.toString('latin1', start, end);
}
