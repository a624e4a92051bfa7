import type { AuditLine } from '../audit/types.ts';
import type { Latency } from '../api/servers.ts';

const kept = 1_000;

interface ServerTimes {
  calls: number;
  failed: number;
  failedInARow: number;
  readonly ring: number[];
}

/** How the last calls of a server ended. */
export interface CallRun {
  /** Since its last answer, or since the gateway started. */
  readonly failedInARow: number;
  /** Whether it has answered a call since the gateway started. */
  readonly answered: boolean;
}

/** Neither an answer nor a failure of the server. */
const undecided: ReadonlySet<unknown> = new Set(['cancelled', 'input_required']);

/** How long each server takes to answer tools/call, read off the audit log as it grows. */
export class Latencies {
  readonly #servers = new Map<string, ServerTimes>();

  take(line: AuditLine): void {
    const durationMs = callDuration(line);
    if (durationMs === undefined || line.server_id === null) return;
    const times = this.#times(line.server_id);
    times.ring[times.calls % kept] = durationMs;
    times.calls += 1;
    const outcome = line.detail?.['outcome'];
    if (outcome !== 'ok') times.failed += 1;
    if (!undecided.has(outcome)) times.failedInARow = outcome === 'ok' ? 0 : times.failedInARow + 1;
  }

  of(serverId: string): Latency {
    const { calls, failed, ring } = this.#servers.get(serverId) ?? { calls: 0, failed: 0, ring: [] };
    const sorted = ring.toSorted((a, b) => a - b);
    return { calls, failed, p50_ms: percentile(sorted, 50), p99_ms: percentile(sorted, 99) };
  }

  runOf(serverId: string): CallRun {
    const { calls = 0, failed = 0, failedInARow = 0 } = this.#servers.get(serverId) ?? {};
    return { failedInARow, answered: calls > failed };
  }

  /** Only calls that passed the checks have a result: their servers come from the registry, so the map can't grow by guessing. */
  #times(serverId: string): ServerTimes {
    let times = this.#servers.get(serverId);
    if (times === undefined)
      this.#servers.set(serverId, (times = { calls: 0, failed: 0, failedInARow: 0, ring: [] }));
    return times;
  }
}

/** Milliseconds; undefined for a line that is not an outcome of tools/call. */
export function callDuration({ event, tool_name, detail }: AuditLine): number | undefined {
  const duration = detail?.['duration_ms'];
  return event === 'tool_result' && tool_name !== null && typeof duration === 'number' ? duration : undefined;
}

/** The nearest rank, so that it is a duration that was measured. */
export function percentile(sorted: readonly number[], percent: number): number | null {
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? null;
}
