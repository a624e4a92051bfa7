import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exhausted } from '../../byteBudget.ts';
import { parseBounded } from '../../json/lossless.ts';
import { failureText, sendError } from '../answer/answer.ts';
import { answerRejection } from '../answer/answerRejection.ts';
import { answerUnread } from '../answer/answerUnread.ts';
import type { Body } from '../door/body.ts';
import type { HttpContext } from '../context.ts';
import { requestIdOf } from '../door/headers.ts';

export type Json =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 415; readonly message: string };

/** JSON is UTF-8 (RFC 8259, section 8.1); a charset may say so, and nothing else. */
const json = /^application\/json\s*(;(?!.*charset)|;\s*charset="?utf-8"?\s*(;|$)|$)/i;

export function isJsonType(request: IncomingMessage): boolean {
  return json.test(request.headers['content-type'] ?? '');
}

/**
 * The body as JSON. Only `application/json` is taken: the types that a web page may send across origins without a preflight
 * (text/plain, forms) are not.
 */
export async function readJson(
  request: IncomingMessage,
  text: string,
  parse: (text: string) => unknown = parseBounded,
): Promise<Json> {
  if (!isJsonType(request)) {
    return { ok: false, status: 415, message: 'send Content-Type: application/json, in UTF-8' };
  }
  if (request.headers['content-encoding'] !== undefined) {
    return { ok: false, status: 415, message: 'send the body without Content-Encoding' };
  }
  try {
    return { ok: true, value: await parse(text) };
  } catch {
    return { ok: false, status: 400, message: 'the body is not valid JSON' };
  }
}

/** Answers a body that can't be read, once that is logged. */
export async function rejectBody(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  body: Exclude<Body, { readonly kind: 'text' | 'aborted' }>,
  clientId: string | null,
): Promise<void> {
  const { kind } = body;
  if (kind === 'overloaded') return rejectOverloaded(context, request, response, body.budget, clientId);
  const reason = kind === 'too_large' ? 'request_too_large' : 'malformed_request';
  await answerRejection(
    context,
    request,
    response,
    { event: 'http_rejected', client_id: clientId, reason },
    () => {
      if (reason === 'request_too_large') {
        const mib = context.registry().settings.maxBodyBytes / 1024 ** 2;
        const message = `a request body may have at most ${mib} MiB: send less, or raise lmcp.max_body_mib`;
        answerUnread(request, response, 413, failureText(reason, message));
      } else sendError(response, reason, 'the body is not valid UTF-8', { Connection: 'close' });
    },
  );
}

/** The memory for bodies is used up: the answer and the log name the budget. */
export async function rejectOverloaded(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  budget: Exhausted,
  clientId: string | null,
): Promise<void> {
  const entry = {
    event: 'http_rejected',
    client_id: clientId,
    allowed: false,
    reason: 'overloaded',
    request_id: requestIdOf(request),
    detail: { budget },
  } as const;
  await context.rejections.reject(entry);
  const message = `the request was rejected: ${budgetNames[budget]} is used up. Send fewer requests at a time, or raise lmcp.memory_mib.`;
  answerUnread(request, response, 503, failureText('overloaded', message), { 'Retry-After': '1' });
}

const budgetNames: Readonly<Record<Exhausted, string>> = {
  client: 'the memory for the bodies and unread answers of this client',
  lists: 'the memory for the lists of the servers of this client',
  remembered: 'the memory for what is remembered of a server',
  management: 'the memory for bodies of management requests',
  strangers: 'the memory for bodies without valid credentials',
  whole: 'the memory for request bodies and unread answers',
};
