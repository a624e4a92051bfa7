import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseBounded } from '../../json/lossless.ts';
import { failureText, sendError } from '../answer/answer.ts';
import { answerRefusal } from '../answer/answerRefusal.ts';
import { answerUnread } from '../answer/answerUnread.ts';
import { maxBodyBytes, type Body } from '../door/body.ts';
import type { HttpContext } from '../context.ts';

export type Json =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 415; readonly message: string };

/** JSON is UTF-8 (RFC 8259, section 8.1); a charset may say so, and nothing else. */
const json = /^application\/json\s*(;(?!.*charset)|;\s*charset="?utf-8"?\s*(;|$)|$)/i;

/**
 * The body as JSON. Only `application/json` is taken: the types that a web page may send across origins without a preflight
 * (text/plain, forms) are not.
 */
export function readJson(
  request: IncomingMessage,
  text: string,
  parse: (text: string) => unknown = parseBounded,
): Json {
  const type = request.headers['content-type'] ?? '';
  if (!json.test(type)) {
    return { ok: false, status: 415, message: 'send Content-Type: application/json, in UTF-8' };
  }
  if (request.headers['content-encoding'] !== undefined) {
    return { ok: false, status: 415, message: 'send the body without Content-Encoding' };
  }
  try {
    return { ok: true, value: parse(text) };
  } catch {
    return { ok: false, status: 400, message: 'the body is no valid JSON' };
  }
}

/** Answers a body that can't be read, once that is on record. */
export async function refuseBody(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  kind: Exclude<Body['kind'], 'text' | 'aborted'>,
): Promise<void> {
  const reason = kind === 'too_large' ? 'request_too_large' : 'malformed_request';
  await answerRefusal(context, request, response, { event: 'http_rejected', reason }, () => {
    if (reason === 'request_too_large') {
      const message = `a request body may have at most ${maxBodyBytes} bytes`;
      answerUnread(request, response, 413, failureText(reason, message));
    } else sendError(response, reason, 'the body is no valid UTF-8', { Connection: 'close' });
  });
}
