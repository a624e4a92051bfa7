import type { IncomingMessage, ServerResponse } from 'node:http';
import { Trail } from '../../audit/trail.ts';
import type { Authentication } from '../../clients/authenticate.ts';
import type { HeldBytes } from '../../byteBudget.ts';
import { parseLossless } from '../../json/lossless.ts';
import { readInSlices } from '../../json/losslessReader.ts';
import type { Arrival } from '../../mcp/era/arrival.ts';
import type { Registry } from '../../registry/types.ts';
import type { Turns } from '../../turns.ts';
import { isLarge } from '../../upstream/limits.ts';
import { sendError } from '../answer/answer.ts';
import { readBody } from '../door/body.ts';
import { authenticated, callerOf } from '../caller.ts';
import { queryOf, type HttpContext } from '../context.ts';
import { headerValue, requestIdOf } from '../door/headers.ts';
import { NodeExchange } from '../answer/nodeExchange.ts';
import { unreadAnswersOf } from '../answer/unread.ts';
import { readJson, rejectBody, rejectOverloaded } from './readJson.ts';
import { denyStranger } from './denyStranger.ts';

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
      const arrival = await arrive(context, request, response, only);
      if (arrival === undefined) return;
      const exchange = new NodeExchange(request, response);
      return request.method === 'GET'
        ? context.endpoint.get(arrival, exchange)
        : context.endpoint.delete(arrival, exchange);
    }
    default:
      sendError(response, 'method_not_allowed', 'use POST for MCP messages', { Allow: 'POST, GET, DELETE' });
  }
}

async function post(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  only: string | null,
): Promise<void> {
  using posted = await readPost(context, request, response, only);
  if (posted !== undefined) {
    const { client } = posted.arrival;
    const unread = unreadAnswersOf(context, client.id);
    const exchange = new NodeExchange(request, response, unread, (exhausted) => {
      rejectOverloaded(context, request, response, exhausted, client.id).catch(() => response.destroy());
    });
    endWithToken(context, posted.arrival, exchange);
    await context.endpoint.post(posted.arrival, posted.value, exchange);
  }
}

/** A running answer ends with the token that asked for it, like any other stream. */
function endWithToken(
  { bound, held }: HttpContext,
  { client, registry, tokenKey }: Arrival,
  exchange: NodeExchange,
): void {
  bound.add({ close: () => exchange.end(), onClose: (listener) => exchange.onClose(listener) }, (current) =>
    held.isStillGood(current, registry, { clientId: client.id, tokenKey }),
  );
}

/** A POST and its caller; its bytes count as held until it is disposed. */
export interface Posted extends Disposable {
  readonly arrival: Arrival;
  readonly value: unknown;
}

/**
 * Reads a POST: who it comes from is decided by its headers and query, before any of its body is read. What is wrong with it is
 * logged and answered when this gives undefined.
 */
export async function readPost(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  only: string | null,
): Promise<Posted | undefined> {
  const registry = context.registry();
  const caller = await callerOf(context, registry, request);
  if (!caller.ok) {
    await denyStranger(context, request, response, caller);
    return undefined;
  }
  const clientId = caller.client.id;
  const held = context.memory.open({ kind: 'client', id: clientId });
  try {
    const arrived = await readHeld(context, request, response, { registry, caller, only, held });
    if (arrived === undefined) held[Symbol.dispose]();
    return arrived;
  } catch (error) {
    held[Symbol.dispose]();
    throw error;
  }
}

interface Reading {
  readonly registry: Registry;
  readonly caller: Extract<Authentication, { readonly ok: true }>;
  readonly only: string | null;
  readonly held: HeldBytes;
}

/** Undefined, too, where the client went away. */
async function readHeld(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  { registry, caller, only, held }: Reading,
): Promise<Posted | undefined> {
  const clientId = caller.client.id;
  const body = await readBody(request, held, registry.settings.maxBodyBytes);
  if (body.kind === 'aborted') return undefined;
  if (body.kind !== 'text') {
    held[Symbol.dispose]();
    await rejectBody(context, request, response, body, clientId);
    return undefined;
  }
  const turn = context.turns.begin(clientId);
  if (turn !== undefined) await turn;
  const json = await readJson(request, body.text, (text) => parseRequest(text, context.turns, clientId));
  // A registry that was replaced while the body was coming may have another token.
  const arrival =
    context.registry() === registry
      ? arrivalOf(context, request, registry, caller, only)
      : await arrive(context, request, response, only);
  if (arrival === undefined) return undefined;
  if (!json.ok) {
    await context.endpoint.malformed(arrival, json.status, json.message, new NodeExchange(request, response));
    return undefined;
  }
  const large = isLarge(body.text.length);
  return {
    arrival: large ? { ...arrival, large } : arrival,
    value: json.value,
    [Symbol.dispose]: () => held[Symbol.dispose](),
  };
}

/** The usual request is read at one go; one that may take long, in slices. */
function parseRequest(text: string, turns: Turns, clientId: string): unknown {
  return isLarge(text.length) ? readInSlices(text, () => turns.next(clientId)) : parseLossless(text);
}

/** Authenticates; a rejection is logged and answered when this gives undefined. */
export async function arrive(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  only: string | null,
): Promise<Arrival | undefined> {
  const registry = context.registry();
  const caller = await callerOf(context, registry, request);
  if (!caller.ok) {
    await denyStranger(context, request, response, caller);
    return undefined;
  }
  return arrivalOf(context, request, registry, caller, only);
}

function arrivalOf(
  context: HttpContext,
  request: IncomingMessage,
  registry: Registry,
  caller: Extract<Authentication, { readonly ok: true }>,
  only: string | null,
): Arrival {
  const trail = new Trail(context.audit, requestIdOf(request));
  trail.clientId = caller.client.id;
  trail.note(authenticated(caller));
  return {
    client: caller.client,
    registry,
    tokenKey: caller.tokenKey,
    trail,
    only,
    asksForSearch: queryOf(request).get('tools') === 'search',
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
