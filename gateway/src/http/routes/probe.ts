import type { IncomingMessage, ServerResponse } from 'node:http';
import { Trail } from '../../audit/trail.ts';
import { decideServer } from '../../policy/decide.ts';
import type { AnswerOf } from '../../api/endpoint.ts';
import type { checkEndpoints } from '../../api/checks.ts';
import { sendError, sendJson } from '../answer/answer.ts';
import { answerRejection } from '../answer/answerRejection.ts';
import { callerOf, unauthorizedMessage } from '../caller.ts';
import { queryOf, type HttpContext } from '../context.ts';
import { requestIdOf } from '../door/headers.ts';

/** `GET /auth-check`: are these credentials right? Ten a minute for all callers together. */
export async function authCheckRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const probe = await enter(context, request, response);
  if (probe === undefined) return;
  await probe.trail.commit();
  const answer: AnswerOf<typeof checkEndpoints.authCheck> = { ok: true, client_id: probe.clientId };
  sendJson(response, 200, JSON.stringify(answer));
}

/** `GET /server-check?server_id=`: may this client use that server? */
export async function serverCheckRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const probe = await enter(context, request, response);
  if (probe === undefined) return;
  const [serverId, ...others] = queryOf(request).getAll('server_id');
  if (serverId === undefined || serverId === '' || others.length > 0) {
    await probe.trail.commit();
    sendError(response, 'invalid_server_id', 'name one server: /server-check?server_id=…');
    return;
  }
  const { registry } = probe;
  const decision = decideServer(probe.client, serverId, registry.servers.get(serverId));
  const { allowed, reason, rule } = decision;
  probe.trail.note({
    event: 'server_auth',
    server_id: serverId,
    allowed,
    reason,
    detail: { method: 'server-check', rule },
  });
  await probe.trail.commit();
  const answer: AnswerOf<typeof checkEndpoints.serverCheck> = {
    ok: true,
    client_id: probe.clientId,
    server_id: serverId,
  };
  if (allowed) sendJson(response, 200, JSON.stringify(answer));
  else sendError(response, 'server_not_allowed', 'this client may not use a server of that name');
}

async function enter(context: HttpContext, request: IncomingMessage, response: ServerResponse) {
  const taken = context.probes.take(context.clock.monotonic());
  if (!taken.ok) {
    const { retryAfterS } = taken;
    const rejection = { event: 'rate_limited', reason: 'probe_limit_exceeded' } as const;
    await answerRejection(context, request, response, rejection, () => {
      const message = `credential checks are limited to 10 a minute; retry in ${retryAfterS} s`;
      sendError(response, 'rate_limited', message, { 'Retry-After': String(retryAfterS) });
    });
    return undefined;
  }
  const registry = context.registry();
  const caller = callerOf(registry, request);
  if (!caller.ok) {
    const { clientId: client_id, reason } = caller;
    await answerRejection(context, request, response, { event: 'client_auth', client_id, reason }, () =>
      sendError(response, 'unauthorized', unauthorizedMessage),
    );
    return undefined;
  }
  const trail = new Trail(context.audit, requestIdOf(request));
  trail.clientId = caller.client.id;
  trail.note({ event: 'client_auth', allowed: true, reason: 'ok' });
  return { registry, client: caller.client, clientId: caller.client.id, trail };
}
