import { outcomeOf } from 'lmcp-gateway/src/audit/query/matchQuery.ts';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { denyingCheck, eventLabel, lineText, lineTone } from '../audit/lineText.ts';
import type { ActivityRow } from './activityRows.ts';

const outcomeLabels: Readonly<Record<string, string>> = {
  ok: 'OK',
  error: 'Error',
  timeout: 'Timed out',
  cancelled: 'Cancelled',
  input_required: 'Asks for input',
  upstream_exited: 'Server exited',
  too_large: 'Too large',
};

/** How it ended, or what happened: the first thing that is read of a row. */
export function rowLabel({ line, running }: ActivityRow): string {
  if (running) return 'Running';
  const check = denyingCheck(line);
  if (check !== null) return `Denied: ${check}`;
  const outcome = outcomeOf(line);
  if (outcome !== null) return outcomeLabels[outcome] ?? outcome;
  return line.event === 'tool_result' ? 'Finished' : eventLabel(line.event);
}

/** What the label, the names and the duration do not say. */
export function rowText({ line, running }: ActivityRow): string {
  return running || line.event === 'tool_result' ? '' : lineText(line);
}

/** Milliseconds; null where nothing was measured. */
export function durationOf({ detail }: AuditLine): number | null {
  const duration = detail?.['duration_ms'];
  return typeof duration === 'number' ? duration : null;
}

export type RowTone = 'ok' | 'denied' | 'failed' | 'running' | 'quiet';

/** Red means broken, neutral means denied: a denial is the policy at work. */
export function rowTone({ line, running }: ActivityRow): RowTone {
  if (running) return 'running';
  const tone = lineTone(line);
  return tone === 'allowed' ? (line.event === 'tool_result' ? 'ok' : 'quiet') : tone;
}
