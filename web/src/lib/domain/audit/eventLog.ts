import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';

/** The events that the browser holds, newest first, without doubles; what is older than `capacity` lines is removed. */
export interface EventLog {
  readonly lines: readonly AuditLine[];
  /** Numbers that are missing between two lines held: replay could not give them any more. */
  readonly missed: number;
}

export const eventCapacity = 10_000;
export const emptyLog: EventLog = { lines: [], missed: 0 };

/**
 * Adds a batch in the order in which it arrived; lines seen already (replay) are dropped. A smaller number with a later time is
 * no replay: the gateway came back with another log, and what was held belongs to the one before.
 */
export function addEvents(log: EventLog, batch: readonly AuditLine[]): EventLog {
  const fresh: AuditLine[] = [];
  let { lines: older, missed } = log;
  let newest = older[0];
  for (const line of batch) {
    if (newest !== undefined && line.seq <= newest.seq) {
      if (Date.parse(line.ts) <= Date.parse(newest.ts)) continue;
      [older, missed, newest] = [[], 0, undefined];
      fresh.length = 0;
    }
    if (newest !== undefined) missed += line.seq - newest.seq - 1;
    newest = line;
    fresh.push(line);
  }
  if (fresh.length === 0) return log;
  return { lines: [...fresh.reverse(), ...older].slice(0, eventCapacity), missed };
}

/** How many of `lines` (newest first) came after what was kept. */
export function countNewer(lines: readonly AuditLine[], kept: readonly AuditLine[]): number {
  const newest = kept[0];
  if (newest === undefined) return lines.length;
  const first = lines.findIndex((line) => line.seq <= newest.seq && line.ts <= newest.ts);
  return first === -1 ? lines.length : first;
}
