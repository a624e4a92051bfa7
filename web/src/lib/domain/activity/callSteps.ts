import { outcomeOf } from 'lmcp-gateway/src/audit/query/matchQuery.ts';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { eventLabel, lineText } from '../audit/lineText.ts';

interface CallStep {
  readonly label: string;
  readonly outcome: 'passed' | 'failed' | 'neutral';
  readonly text: string;
  /** Milliseconds since the first step. */
  readonly afterMs: number;
}

const labels: Readonly<Record<string, string>> = {
  client_auth: 'Authentication',
  server_auth: 'Server access',
  tool_authz: 'Tool policy',
  rate_limited: 'Rate limit',
  tool_result: 'Result',
};

/**
 * The steps of one call: its checks, that it was forwarded, what the server asked meanwhile, and its result.
 * @param lines oldest first
 */
export function stepsOf(lines: readonly AuditLine[]): readonly CallStep[] {
  const start = Date.parse(lines[0]?.ts ?? '');
  return lines.flatMap((line): CallStep[] => {
    const afterMs = Math.max(0, Date.parse(line.ts) - start);
    const step: CallStep = {
      label: labels[line.event] ?? eventLabel(line.event),
      outcome: outcomeOfStep(line),
      text: line.allowed === true && line.reason === 'ok' ? 'allowed' : lineText(line),
      afterMs,
    };
    if (line.event !== 'tool_authz' || line.allowed !== true) return [step];
    return [
      step,
      { label: 'Forwarded', outcome: 'neutral', text: `to ${line.server_id ?? 'the server'}`, afterMs },
    ];
  });
}

function outcomeOfStep(line: AuditLine): CallStep['outcome'] {
  if (line.allowed !== null) return line.allowed ? 'passed' : 'failed';
  const outcome = outcomeOf(line);
  if (outcome === null) return line.event === 'server_error' ? 'failed' : 'neutral';
  return outcome === 'ok' ? 'passed' : 'failed';
}
