import type { IncomingMessage, ServerResponse } from 'node:http';
import { durable } from '../../audit/durable.ts';
import { Trail } from '../../audit/trail.ts';
import { decideServer } from '../../policy/decide.ts';
import type { AnswerOf } from '../../api/endpoint.ts';
import type { checkEndpoints } from '../../api/checks.ts';
import { sendError, sendJson } from '../answer/answer.ts';
import { answerRejection } from '../answer/answerRejection.ts';
import { authenticated, callerOf, rejectionOf, unauthorizedMessage } from '../caller.ts';
import { queryOf, type HttpContext } from '../context.ts';
import { requestIdOf } from '../door/headers.ts';
import type { Client, Registry } from '../../registry/types.ts';

/** `GET /auth-check`: are these credentials right? Ten a minute for all callers together. */
export async function authCheckRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await probed(context, request, response, ({ client }) => {
    const answer: AnswerOf<typeof checkEndpoints.authCheck> = { ok: true, client_id: client.id };
    return () => sendJson(response, 200, JSON.stringify(answer));
  });
}

/** `GET /server-check?server_id=`: may this client use that server? */
export async function serverCheckRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await probed(context, request, response, ({ registry, client, trail }) => {
    const [serverId, ...others] = queryOf(request).getAll('server_id');
    if (serverId === undefined || serverId === '' || others.length > 0)
      return () => sendError(response, 'invalid_server_id', 'name one server: /server-check?server_id=…');
    const { allowed, reason, rule } = decideServer(client, serverId, registry.servers.get(serverId));
    const detail = { method: 'server-check', rule };
    trail.note({ event: 'server_auth', server_id: serverId, allowed, reason, detail });
    if (!allowed)
      return () => sendError(response, 'server_not_allowed', 'this client may not use a server of that name');
    const answer: AnswerOf<typeof checkEndpoints.serverCheck> = {
      ok: true,
      client_id: client.id,
      server_id: serverId,
    };
    return () => sendJson(response, 200, JSON.stringify(answer));
  });
}

interface Probe {
  readonly registry: Registry;
  readonly client: Client;
  readonly trail: Trail;
}

/** Authenticates, decides, and answers once the decisions are durable. @param decide gives what sends the answer */
async function probed(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  decide: (probe: Probe) => () => void,
): Promise<void> {
  const probe = await enter(context, request, response);
  if (probe === undefined) return;
  const send = await durable(probe.trail, () => decide(probe));
  send();
}

async function enter(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Probe | undefined> {
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
  const caller = await callerOf(context, registry, request);
  if (!caller.ok) {
    await answerRejection(context, request, response, rejectionOf(caller), () =>
      sendError(response, 'unauthorized', unauthorizedMessage),
    );
    return undefined;
  }
  const trail = new Trail(context.audit, requestIdOf(request));
  trail.clientId = caller.client.id;
  trail.note(authenticated(caller));
  return { registry, client: caller.client, trail };
}
