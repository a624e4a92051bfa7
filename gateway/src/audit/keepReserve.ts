import type { Clock } from '../clock.ts';
import { unavailable } from './write/failure.ts';
import type { Audit, AuditEntry, AuditStatus } from './types.ts';

/** The disk that the log is on, as far as it can fill up. */
export interface LogDisk {
  readonly isFull: boolean;
  /** Tells each change of it. */
  onChange(listener: (isFull: boolean) => void): () => void;
}

const message = 'the disk of the audit log is full: free some space';

/**
 * A log that keeps the last of its disk for denials, for what is under way and for the recovery: while the disk is full it takes
 * no line of a request that would be allowed, so that nothing is forwarded. When that begins and ends is logged.
 */
export function keepReserve(audit: Audit, disk: LogDisk, clock: Clock): Audit {
  let since = clock.now();
  let rejected = 0;
  const note = (entry: AuditEntry): void => void audit.append([entry]).catch(() => undefined);
  const change = (isFull: boolean): void => {
    if (isFull) {
      since = clock.now();
      rejected = 0;
      note({ event: 'audit_blocked', detail: { error: message } });
    } else {
      const blockedMs = clock.now() - since;
      note({
        event: 'audit_resumed',
        detail: { error: message, blocked_ms: blockedMs, refused_entries: rejected },
      });
    }
  };
  if (disk.isFull) change(true);
  const stop = disk.onChange(change);
  return {
    append: (entries) => {
      if (!disk.isFull || !leadsOn(entries)) return audit.append(entries);
      rejected += entries.length;
      return Promise.reject(unavailable(message));
    },
    status: (): AuditStatus => {
      const status = audit.status();
      return status.ok && disk.isFull ? { ok: false, seq: status.seq, error: message } : status;
    },
    digest: (value) => audit.digest(value),
    recent: (limit) => audit.recent(limit),
    subscribe: (listener) => audit.subscribe(listener),
    close: async () => {
      stop();
      await audit.close();
    },
  };
}

const checks = new Set(['client_auth', 'server_auth', 'tool_authz', 'client_request', 'client_notification']);

/** Decisions of which none is a denial: what they are about would be forwarded or answered once they are durable. */
function leadsOn(entries: readonly AuditEntry[]): boolean {
  const decisions = entries.filter(({ event }) => checks.has(event));
  return (
    decisions.some(({ allowed }) => allowed === true) && entries.every(({ allowed }) => allowed !== false)
  );
}
