import type { IncomingMessage, ServerResponse } from 'node:http';
import { Trail } from '../../audit/trail.ts';
import { RpcCode } from '../../errors.ts';
import { parseLossless } from '../../json/lossless.ts';
import { errorText, readMessage, type RequestId } from '../../mcp/jsonrpc/message.ts';
import type { Arrival } from '../../mcp/era/arrival.ts';
import { sendError, sendJson } from '../answer/answer.ts';
import { answerRefusal } from '../answer/answerRefusal.ts';
import { readBody } from '../door/body.ts';
import { callerOf, tokenKeyOf, unauthorizedWords } from '../caller.ts';
import type { HttpContext } from '../context.ts';
import { headerValue, requestIdOf } from '../door/headers.ts';
import { NodeExchange } from '../answer/nodeExchange.ts';
import { readJson, refuseBody } from './readJson.ts';

/** `/mcp` and `/mcp/<server>`: authenticates, then hands over to the MCP endpoint. */
export async function mcpRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  only: string | null,
): Promise<void> {
  switch (request.method) {
    case 'POST':
      return post(context, request, response, only);
    case 'GET':
    case 'DELETE': {
      const arrival = await arrive(context, request, response, only, []);
      if (arrival === undefined) return;
      const exchange = new NodeExchange(request, response);
      return request.method === 'GET'
        ? context.endpoint.get(arrival, exchange)
        : context.endpoint.delete(arrival, exchange);
    }
    default:
      sendError(response, 'method_not_allowed', 'MCP is spoken by POST', { Allow: 'POST, GET, DELETE' });
  }
}

async function post(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  only: string | null,
): Promise<void> {
  const posted = await readPost(context, request, response, only);
  if (posted !== undefined) {
    await context.endpoint.post(posted.arrival, posted.value, new NodeExchange(request, response));
  }
}

/** A POST with whom it comes from; what is wrong with it is on record and answered when this gives undefined. */
export async function readPost(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  only: string | null,
): Promise<{ readonly arrival: Arrival; readonly value: unknown } | undefined> {
  const body = await readBody(request);
  if (body.kind === 'aborted') return undefined;
  if (body.kind !== 'text') {
    await refuseBody(context, request, response, body.kind);
    return undefined;
  }
  const json = readJson(request, body.text, parseLossless);
  const arrival = await arrive(context, request, response, only, json.ok ? requestIds(json.value) : []);
  if (arrival === undefined) return undefined;
  if (json.ok) return { arrival, value: json.value };
  arrival.trail.note({ event: 'http_rejected', allowed: false, reason: 'malformed_request' });
  await arrival.trail.commit();
  const error = { code: RpcCode.parseError, message: json.message };
  sendJson(response, json.status, errorText(null, error));
  return undefined;
}

/** Authenticates; a refusal is on record and answered when this gives undefined. */
export async function arrive(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  only: string | null,
  ids: readonly RequestId[],
): Promise<Arrival | undefined> {
  const registry = context.registry();
  const caller = callerOf(registry, request);
  if (!caller.ok) {
    const { clientId: client_id, reason } = caller;
    await answerRefusal(context, request, response, { event: 'client_auth', client_id, reason }, () =>
      refuse(response, ids),
    );
    return undefined;
  }
  const trail = new Trail(context.audit, requestIdOf(request));
  trail.clientId = caller.client.id;
  trail.note({ event: 'client_auth', allowed: true, reason: 'ok' });
  return {
    client: caller.client,
    registry,
    tokenKey: tokenKeyOf(caller.tokenDigest),
    trail,
    only,
    sessionId: headerValue(request, 'mcp-session-id'),
    revision: headerValue(request, 'mcp-protocol-version'),
    mirrored: { method: headerValue(request, 'mcp-method'), name: headerValue(request, 'mcp-name') },
    paramHeaders: () => paramHeaders(request),
    lastEventId: headerValue(request, 'last-event-id'),
  };
}

function paramHeaders({ headers }: IncomingMessage): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      name.startsWith('mcp-param-') && typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

/**
 * A JSON-RPC request gets its error in an HTTP 200: on 401 several clients start an OAuth discovery that leads nowhere and
 * hides these words. Everything else gets 401.
 */
function refuse(response: ServerResponse, ids: readonly RequestId[]): void {
  if (ids.length === 0) {
    sendError(response, 'unauthorized', unauthorizedWords);
    return;
  }
  const texts = ids.map((id) => errorText(id, { code: RpcCode.unauthorized, message: unauthorizedWords }));
  sendJson(response, 200, texts.length > 1 ? `[${texts.join(',')}]` : (texts[0] ?? ''));
}

function requestIds(body: unknown): RequestId[] {
  const messages = Array.isArray(body) ? body.slice(0, 100).map(readMessage) : [readMessage(body)];
  return messages.flatMap((message) => (message.kind === 'request' ? [message.id] : []));
}
