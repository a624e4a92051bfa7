import { parseLine } from './chain.ts';
import { jsonDetail } from './jsonText.ts';
import type { AuditEntry, AuditLine } from './types.ts';

/** A call that was allowed and whose outcome is not on record: it may have run. */
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

  /** The next older line, without its newline. */
  feed(bytes: Buffer): void {
    const event = eventOf(bytes);
    if (this.#done || event === undefined) return;
    const line = parseLine(bytes);
    if (line === undefined) return;
    if (event === 'tool_result' && line.call !== null) this.#finished.add(line.call);
    else if (event === 'tool_authz' && line.allowed === true && line.call !== null)
      this.#add(line.call, line);
    else if (event === 'audit_open') this.#done = true;
    else if (event === 'audit_rotate' || event === 'audit_close') this.#addList(line);
  }

  /** Oldest first. */
  result(): UnfinishedCall[] {
    return [...this.#found.values()].reverse();
  }

  #add(call: string, from: NamedTool): void {
    if (!this.#finished.has(call)) this.#found.set(call, describe(call, from));
  }

  /** A complete list stands for everything older. */
  #addList(line: AuditLine): void {
    const unfinished = line.detail?.['unfinished'];
    if (!Array.isArray(unfinished)) return;
    for (const call of (unfinished as UnfinishedCall[]).toReversed()) this.#add(call.call, call);
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

/** Reads the event without parsing the line: everything before it has a fixed form. */
function eventOf(bytes: Buffer): string | undefined {
  const event = /^[^}]{0,160}?"event":"(tool_authz|tool_result|audit_open|audit_rotate|audit_close)"/.exec(
    bytes.toString('latin1', 0, 200),
  );
  return event?.[1];
}
