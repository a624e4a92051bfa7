import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { auditEvents } from '../events.ts';
import type { AuditLine } from '../types.ts';

/** The end of the chain: the last line's number, and the SHA-256 (hex) of its bytes without the newline. */
export interface Tip {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first line. */
export const GENESIS: Tip = { seq: 0, hash: '0'.repeat(64) };

const events: ReadonlySet<string> = new Set(auditEvents);
const keys = 'seq,prev,ts,event,client_id,server_id,tool_name,allowed,reason,call,request_id,detail' as const;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

export function hashLine(line: string | Uint8Array): string {
  return hash('sha256', line, 'hex');
}

/** The audit line that these bytes (without the newline) are, or undefined when they are none. */
export function parseLine(bytes: Uint8Array): AuditLine | undefined {
  if (bytes[0] !== OPENING_BRACE || bytes.at(-1) !== CLOSING_BRACE || !isUtf8(bytes)) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const value: unknown = JSON.parse(buffer.toString('utf8'));
    return isAuditLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isAuditLine(value: unknown): value is AuditLine {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== keys) return false;
  const line = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(line['seq']) &&
    (line['seq'] as number) > 0 &&
    typeof line['prev'] === 'string' &&
    /^[0-9a-f]{64}$/.test(line['prev']) &&
    typeof line['ts'] === 'string' &&
    typeof line['event'] === 'string' &&
    events.has(line['event']) &&
    ['client_id', 'server_id', 'tool_name', 'reason', 'call', 'request_id'].every((key) =>
      isTextOrNull(line[key]),
    ) &&
    (line['allowed'] === null || typeof line['allowed'] === 'boolean') &&
    typeof line['detail'] === 'object' &&
    !Array.isArray(line['detail'])
  );
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

/** Whether this line is the one that comes next. */
export function follows(line: AuditLine, tip: Tip): boolean {
  return line.seq === tip.seq + 1 && line.prev === tip.hash;
}
