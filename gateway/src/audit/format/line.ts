import { hash } from 'node:crypto';
import { hashLine } from './chain.ts';
import { jsonDetail, jsonId } from './jsonText.ts';
import type { AuditEntry } from '../types.ts';

/** The longest line in bytes, without its newline. */
export const LINE_LIMIT = 16 * 1024;
/** UTF-8 needs at most three bytes for one UTF-16 unit: below this length no line can exceed the limit. */
const SURELY_SHORT = Math.floor(LINE_LIMIT / 3);

/**
 * The line for an entry, without its newline: always one line, valid JSON, valid UTF-8, at most 16 KiB. A detail that
 * would make it longer is replaced by its size and digest.
 */
export function formatLine(entry: AuditEntry, seq: number, prev: string, ts: string): string {
  const head =
    `{"seq":${seq},"prev":"${prev}","ts":"${ts}","event":"${entry.event}","client_id":${jsonId(entry.client_id)}` +
    `,"server_id":${jsonId(entry.server_id)},"tool_name":${jsonId(entry.tool_name)}` +
    `,"allowed":${jsonFlag(entry.allowed)},"reason":${jsonId(entry.reason)},"call":${jsonId(entry.call)}` +
    `,"request_id":${jsonId(entry.request_id)},"detail":`;
  const detail = jsonDetail(entry.detail);
  return fits(head, detail) ? `${head}${detail}}` : `${head}${truncatedDetail(detail)}}`;
}

function jsonFlag(value: boolean | null | undefined): string {
  return value === true ? 'true' : value === false ? 'false' : 'null';
}

function fits(head: string, detail: string): boolean {
  if (head.length + detail.length < SURELY_SHORT) return true;
  return Buffer.byteLength(head) + Buffer.byteLength(detail) + 1 <= LINE_LIMIT;
}

function truncatedDetail(detail: string): string {
  return `{"truncated":true,"bytes":${Buffer.byteLength(detail)},"sha256":"${hash('sha256', detail, 'hex')}"}`;
}

/** What precedes the seal of a line; the seal covers every byte before it. */
const seal = /,"self":"([0-9a-f]{64})"\}\}$/;

/**
 * Adds to the line of an `audit_close` the digest of its own text: no later line can confirm it.
 * The line must have a detail with at least one key.
 */
export function sealLine(line: string): string {
  const text = line.slice(0, -2);
  return `${text},"self":"${hashLine(text)}"}}`;
}

/** Whether a sealed line is as it was written; a line without a seal is not. */
export function isSealIntact(line: string): boolean {
  const found = seal.exec(line);
  return found !== null && hashLine(line.slice(0, found.index)) === found[1];
}
