import { isCounted, repeatCount } from '../../audit/repeats/repeatCount.ts';
import type { AuditLine } from '../../audit/types.ts';
import { oneLine, padded } from './printer.ts';
import type { Style } from './style.ts';

/** One line of the audit log for a person: when, what, who, on what, and how it was decided. */
export function auditLineText(line: AuditLine, style: Style): string {
  const target = [line.server_id, line.tool_name].filter((name) => name !== null).join(' ');
  const parts = [
    style.dim(line.ts),
    padded(oneLine(line.event), 14),
    decision(line, style),
    line.client_id === null ? '' : `client ${oneLine(line.client_id)}`,
    oneLine(target),
    outcome(line),
    isCounted(line) ? `× ${repeatCount(line)}` : '',
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function decision({ allowed, reason }: AuditLine, style: Style): string {
  const why = reason === null || reason === 'ok' ? '' : ` ${oneLine(reason)}`;
  if (allowed === null) return why.trim();
  return allowed ? style.good(`allowed${why}`) : style.bad(`denied${why}`);
}

function outcome({ detail }: AuditLine): string {
  const result = detail?.['outcome'];
  const duration = detail?.['duration_ms'];
  if (typeof result !== 'string') return '';
  return typeof duration === 'number' ? `${oneLine(result)} in ${duration} ms` : oneLine(result);
}
