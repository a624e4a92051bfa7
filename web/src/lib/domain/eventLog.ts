import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';

/** The events that the browser holds, newest first, without doubles; what is older than `capacity` lines is let go. */
export interface EventLog {
  readonly lines: readonly AuditLine[];
  /** Numbers that are missing between two lines held: replay could not give them any more. */
  readonly missed: number;
}

export const eventCapacity = 10_000;
export const emptyLog: EventLog = { lines: [], missed: 0 };

/** Adds a batch in the order in which it arrived; lines seen already (replay) are dropped. */
export function addEvents(log: EventLog, batch: readonly AuditLine[], filtered = false): EventLog {
  const fresh: AuditLine[] = [];
  let newest = log.lines[0]?.seq ?? null;
  let missed = log.missed;
  for (const line of batch) {
    if (newest !== null && line.seq <= newest) continue;
    if (newest !== null && !filtered) missed += line.seq - newest - 1;
    newest = line.seq;
    fresh.push(line);
  }
  if (fresh.length === 0) return log;
  return { lines: [...fresh.reverse(), ...log.lines].slice(0, eventCapacity), missed };
}
