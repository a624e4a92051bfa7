import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuditEvent } from '../../audit/events.ts';
import type { Reason } from '../../policy/reasons.ts';
import type { HttpContext } from '../context.ts';
import { requestIdOf } from '../door/headers.ts';
import { sendError } from './answer.ts';

/** What is logged of a refused request. */
export interface Refusal {
  readonly event: AuditEvent;
  readonly reason: Reason;
  readonly client_id?: string | null;
}

/**
 * Answers a refused request once the refusal is logged, or counted; 429 where too many refusals wait already.
 * @throws AuditUnavailableError
 */
export async function answerRefusal(
  { refusals }: Pick<HttpContext, 'refusals'>,
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  answer: () => void,
): Promise<void> {
  const outcome = await refusals.refuse({ ...refusal, allowed: false, request_id: requestIdOf(request) });
  if (outcome === 'answer') answer();
  else {
    const message = 'too many denied requests; retry later';
    sendError(response, 'rate_limited', message, { 'Retry-After': '10' });
  }
}
