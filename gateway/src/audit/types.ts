import type { AuditEvent } from './events.ts';

/** An entry to write; absent fields are written as null. Ids may be hostile: the writer escapes them. */
export interface AuditEntry {
  readonly event: AuditEvent;
  readonly client_id?: string | null;
  readonly server_id?: string | null;
  readonly tool_name?: string | null;
  readonly allowed?: boolean | null;
  /** From the closed list in policy/reasons.ts; docs/audit.md explains each. */
  readonly reason?: string | null;
  /** Common to all lines of one request. */
  readonly call?: string | null;
  /** The caller's X-Request-Id, at most 64 safe characters. */
  readonly request_id?: string | null;
  /** Never a token, nor an argument or result value: sizes, digests, durations, outcomes. */
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

/** A line of the file: one JSON object with these keys in this order. */
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
  /** The error, for the operator; absent while ok. */
  readonly error?: string;
}

/** The only writer of the audit log. */
export interface Audit {
  /**
   * Resolves when every entry is durable (fdatasync), in order and in one batch.
   * @throws AuditUnavailableError if they can't be made durable: nothing may be forwarded then.
   */
  append(entries: readonly AuditEntry[]): Promise<void>;
  status(): AuditStatus;
  /** HMAC-SHA256 (hex) with the installation's key, for arguments that must not be written themselves. */
  digest(value: string): string;
  /** The newest lines held in memory, oldest first; `limit` at most 1,000. */
  recent(limit: number): readonly AuditLine[];
  /** Calls the listener with every further durable line, in order; returns a function that unsubscribes it. It must not throw. */
  subscribe(listener: (line: AuditLine) => void): () => void;
  /** Writes `audit_close` and releases the lock. */
  close(): Promise<void>;
}
