import type { AuditEvent } from './events.ts';

/** What a caller hands in; every field is written, absent ones as null. Ids may be hostile: the writer makes them safe. */
export interface AuditEntry {
  readonly event: AuditEvent;
  readonly client_id?: string | null;
  readonly server_id?: string | null;
  readonly tool_name?: string | null;
  readonly allowed?: boolean | null;
  /** From the closed list in policy/reasons.ts; docs/audit.md explains each. */
  readonly reason?: string | null;
  /** Ties the lines of one request together. */
  readonly call?: string | null;
  /** The caller's X-Request-Id, at most 64 safe characters. */
  readonly request_id?: string | null;
  /** Never a token, nor an argument or result value: sizes, digests, durations, outcomes. */
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

/** A line as it is in the file: one JSON object, these keys in this order. */
export interface AuditLine {
  /** Dense, from 1, across segments. */
  readonly seq: number;
  /** SHA-256 (hex) of the previous line's raw bytes without its newline; 64 zeros for the first. */
  readonly prev: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly ts: string;
  readonly event: AuditEvent;
  readonly client_id: string | null;
  readonly server_id: string | null;
  readonly tool_name: string | null;
  readonly allowed: boolean | null;
  readonly reason: string | null;
  readonly call: string | null;
  readonly request_id: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export interface AuditStatus {
  readonly ok: boolean;
  /** The last durable line. */
  readonly seq: number;
  /** What prevents it, for the operator; absent while ok. */
  readonly error?: string;
}

/** The one writer of the audit log. */
export interface Audit {
  /**
   * Resolves when every entry is durable (fdatasync), in order and in one batch.
   * @throws AuditUnavailableError when they can't be made durable: nothing may be forwarded then.
   */
  append(entries: readonly AuditEntry[]): Promise<void>;
  status(): AuditStatus;
  /** HMAC-SHA256 (hex) with the installation's key, for arguments that must not be written themselves. */
  digest(value: string): string;
  /** The newest lines held in memory, oldest first; `limit` at most 1,000. */
  recent(limit: number): readonly AuditLine[];
  /** Every durable line from now on, in order; returns the unsubscribe. Listeners must not throw. */
  subscribe(listener: (line: AuditLine) => void): () => void;
  /** Writes `audit_close` and gives up the lock. */
  close(): Promise<void>;
}
