import type { AuditEntry } from './audit/types.ts';
import type { LifecycleEvent } from './upstream/types.ts';

/** What supervision reports, as a line of the audit log. */
export function lifecycleEntry(event: LifecycleEvent): AuditEntry {
  const whose = { client_id: event.owner.clientId, server_id: event.serverId };
  switch (event.type) {
    case 'start':
      return { ...whose, event: 'server_start', detail: { runtime: event.runtime } };
    case 'exit':
      return {
        ...whose,
        event: 'server_exit',
        detail: {
          expected: event.expected,
          code: event.code,
          signal: event.signal,
          uptime_ms: Math.round(event.uptimeMs),
        },
      };
    case 'error':
      return {
        ...whose,
        event: 'server_error',
        detail: { kind: event.error.kind, message: event.error.message },
      };
    case 'anomaly':
      return { ...whose, event: 'server_error', detail: { kind: event.what, count: event.count } };
  }
}
