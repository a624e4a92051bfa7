import type { IncomingMessage, ServerResponse } from 'node:http';
import { Trail } from '../../audit/trail.ts';
import { decideServer } from '../../policy/decide.ts';
import { sendError, sendJson } from '../answer/answer.ts';
import { callerOf, unauthorizedWords } from '../caller.ts';
import { queryOf, requestIdOf, sendBusy, type HttpContext } from '../context.ts';

/** `GET /auth-check`: are these credentials right? Ten a minute for all callers together. */
export async function authCheckRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const probe = await enter(context, request, response);
  if (probe === undefined) return;
  await probe.trail.commit();
  sendJson(response, 200, JSON.stringify({ ok: true, client_id: probe.clientId }));
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
    sendError(response, 400, 'invalid_server_id', 'name one server: /server-check?server_id=…');
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
  if (allowed)
    sendJson(response, 200, JSON.stringify({ ok: true, client_id: probe.clientId, server_id: serverId }));
  else sendError(response, 403, 'server_not_allowed', 'this client may not use a server of that name');
}

async function enter(context: HttpContext, request: IncomingMessage, response: ServerResponse) {
  const request_id = requestIdOf(request);
  const taken = context.probes.take(context.clock.monotonic());
  if (!taken.ok) {
    const entry = {
      event: 'rate_limited',
      allowed: false,
      reason: 'probe_limit_exceeded',
      request_id,
    } as const;
    if ((await context.refusals.refuse(entry)) === 'busy') sendBusy(response);
    else {
      const words = `credential checks are limited to 10 a minute; try again in ${taken.retryAfterS} s`;
      sendError(response, 429, 'rate_limited', words, { 'Retry-After': String(taken.retryAfterS) });
    }
    return undefined;
  }
  const registry = context.registry();
  const caller = callerOf(registry, request);
  if (!caller.ok) {
    const { clientId: client_id, reason } = caller;
    const entry = { event: 'client_auth', client_id, allowed: false, reason, request_id } as const;
    if ((await context.refusals.refuse(entry)) === 'busy') sendBusy(response);
    else sendError(response, 401, 'unauthorized', unauthorizedWords);
    return undefined;
  }
  const trail = new Trail(context.audit, request_id);
  trail.clientId = caller.client.id;
  trail.note({ event: 'client_auth', allowed: true, reason: 'ok' });
  return { registry, client: caller.client, clientId: caller.client.id, trail };
}
