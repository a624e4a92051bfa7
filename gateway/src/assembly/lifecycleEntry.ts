import type { AuditEntry } from '../audit/types.ts';
import type { LifecycleEvent } from '../upstream/types.ts';

/** What supervision reports, as a line of the audit log. */
export function lifecycleEntry(event: LifecycleEvent): AuditEntry {
  const { clientId, via } = event.owner;
  const asked = event.type === 'exit' ? (event.via ?? via) : via;
  return {
    // What management starts works for no client.
    client_id: via === undefined ? clientId : null,
    server_id: event.serverId,
    event: eventNames[event.type],
    detail: { ...detailOf(event), ...(asked === undefined ? {} : { via: asked }) },
  };
}

const eventNames = {
  start: 'server_start',
  exit: 'server_exit',
  error: 'server_error',
  anomaly: 'server_error',
} as const satisfies Record<LifecycleEvent['type'], AuditEntry['event']>;

function detailOf(event: LifecycleEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'start':
      return { runtime: event.runtime };
    case 'exit': {
      const { expected, code, signal, uptimeMs } = event;
      return { expected, code, signal, uptime_ms: Math.round(uptimeMs) };
    }
    case 'error':
      return { kind: event.error.kind, message: event.error.message };
    case 'anomaly':
      return { kind: event.what, count: event.count };
  }
}
