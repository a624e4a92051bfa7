import type { ServerResponse } from 'node:http';
import type { HealthAnswer } from '../../api/status.ts';
import { sendJson } from '../answer/answer.ts';
import type { HttpContext } from '../context.ts';

/** `GET /health`: 503 when the audit log can't be written, since no call is forwarded then. */
export function healthRoute(context: HttpContext, response: ServerResponse): void {
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
