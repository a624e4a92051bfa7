import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuditEvent } from '../../audit/events.ts';
import type { AuditEntry } from '../../audit/types.ts';
import type { Reason } from '../../policy/reasons.ts';
import type { HttpContext } from '../context.ts';
import { requestIdOf } from '../door/headers.ts';
import { sendError } from './answer.ts';

/** What is logged of a rejected request. */
export interface Rejection {
  readonly event: AuditEvent;
  readonly reason: Reason;
  readonly client_id?: string | null;
  readonly detail?: NonNullable<AuditEntry['detail']>;
}

/**
 * Answers a rejected request once the rejection is logged, or counted; 429 where too many rejections wait already.
 * @throws AuditUnavailableError
 */
export async function answerRejection(
  { rejections }: Pick<HttpContext, 'rejections'>,
  request: IncomingMessage,
  response: ServerResponse,
  rejection: Rejection,
  answer: () => void,
): Promise<void> {
  const outcome = await rejections.reject({ ...rejection, allowed: false, request_id: requestIdOf(request) });
  if (outcome === 'answer') answer();
  else {
    const message = 'too many denied requests; retry later';
    sendError(response, 'rate_limited', message, { 'Retry-After': '10' });
  }
}
