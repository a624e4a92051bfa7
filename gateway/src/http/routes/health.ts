import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HealthAnswer } from '../../api/status.ts';
import { challengeHeader, clientSocketHost, proofHeader, proofOf } from '../../gatewayProof.ts';
import { sendJson } from '../answer/answer.ts';
import type { HttpContext } from '../context.ts';
import { cameThroughClientSocket } from '../door/connectionIdentity.ts';

/**
 * `GET /health`: 503 when the audit log can't be written, since no call is forwarded then. Answers a challenge of the command line
 * with the proof that this is the gateway of its registry.
 */
export function healthRoute(context: HttpContext, request: IncomingMessage, response: ServerResponse): void {
  const challenge = request.headers[challengeHeader];
  const host = request.headers.host ?? '';
  // The Host is not checked at the socket of a client.
  const isOurs = host === clientSocketHost || !cameThroughClientSocket(request);
  const proof =
    typeof challenge === 'string' && isOurs ? proofOf(context.gatewayKey, host, challenge) : undefined;
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
