import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HealthAnswer } from '../../api/status.ts';
import { challengeHeader, proofHeader, proofOf } from '../../gatewayProof.ts';
import { sendJson } from '../answer/answer.ts';
import type { HttpContext } from '../context.ts';

/**
 * `GET /health`: 503 when the audit log can't be written, since no call is forwarded then. Answers a challenge of the command line
 * with the proof that this is the gateway of its registry.
 */
export function healthRoute(context: HttpContext, request: IncomingMessage, response: ServerResponse): void {
  const challenge = request.headers[challengeHeader];
  const proof =
    typeof challenge === 'string'
      ? proofOf(context.gatewayKey, request.headers.host ?? '', challenge)
      : undefined;
  if (proof !== undefined) response.setHeader(proofHeader, proof);
  const { ok } = context.audit.status();
  const body: HealthAnswer = {
    ok,
    service: 'lmcp',
    version: context.version,
    ...(ok ? {} : { error: 'audit_unavailable' }),
    ...(context.disk.isNearlyFull && { warning: 'disk_nearly_full' }),
  };
  sendJson(response, ok ? 200 : 503, JSON.stringify(body));
}
