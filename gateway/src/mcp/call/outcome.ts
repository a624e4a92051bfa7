import { UpstreamError } from '../../errors.ts';
import type { UpstreamAnswer } from '../../upstream/types.ts';
import { isObject } from '../jsonrpc/message.ts';

/** The outcome of a forwarded request. */
export type Outcome = UpstreamAnswer | UpstreamError;

export type OutcomeName =
  'ok' | 'error' | 'input_required' | 'timeout' | 'cancelled' | 'upstream_exited' | 'too_large';

export function outcomeName(outcome: Outcome): OutcomeName {
  if (!(outcome instanceof UpstreamError)) return answerName(outcome);
  switch (outcome.kind) {
    case 'timeout':
    case 'cancelled':
    case 'too_large':
      return outcome.kind;
    case 'exited':
    case 'stopped':
      return 'upstream_exited';
    default:
      return 'error';
  }
}

function answerName(answer: UpstreamAnswer): OutcomeName {
  if (!('result' in answer)) return 'error';
  if (!isObject(answer.result)) return 'ok';
  if (answer.result['resultType'] === 'input_required') return 'input_required';
  return answer.result['isError'] === true ? 'error' : 'ok';
}

/** Sizes and codes, never the content of the answer. */
export function outcomeDetail(outcome: Outcome): Record<string, unknown> {
  if (outcome instanceof UpstreamError) return { kind: outcome.kind };
  return 'error' in outcome ? { bytes: outcome.bytes, code: outcome.error.code } : { bytes: outcome.bytes };
}
