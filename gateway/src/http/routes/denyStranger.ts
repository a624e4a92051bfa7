import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication } from '../../clients/authenticate.ts';
import { RpcCode } from '../../errors.ts';
import { errorText, type RequestId } from '../../mcp/jsonrpc/message.ts';
import { failureText, sendError, sendJson, type ResponseHeaders } from '../answer/answer.ts';
import { answerRejection } from '../answer/answerRejection.ts';
import { answerUnread } from '../answer/answerUnread.ts';
import { challenge } from '../../clients/authorizations/serverMetadata.ts';
import { rejectionOf, unauthorizedMessage, unknownSubjectMessage } from '../caller.ts';
import { pathOf, type HttpContext } from '../context.ts';
import { originOf } from '../origin.ts';
import { findRequestId, maxScannedBytes } from '../door/strangerBody.ts';
import { isJsonType, rejectOverloaded } from './readJson.ts';

/**
 * Rejects a request without valid credentials, once that is logged. A JSON-RPC request gets its error in an HTTP 200 with its
 * own id: on 401 several clients start an OAuth discovery that leads nowhere and hides the message, and they show only an
 * answer that carries their id. Everything else, and a body in which no id is found, gets 401. Where discovery leads somewhere (a
 * request without any credentials while `lmcp.oauth` is true, or with an access token that is to be renewed), 401 says so.
 */
export async function denyStranger(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  denied: Extract<Authentication, { readonly ok: false }>,
): Promise<void> {
  const written = { logged: false };
  await answerRejection(context, request, response, rejectionOf(denied), () => (written.logged = true));
  if (!written.logged) return;
  const challenged = challengeOf(context, request, denied);
  if (challenged !== undefined) {
    const text = failureText('unauthorized', signInMessage);
    send(request, response, 401, text, { 'WWW-Authenticate': challenged });
    return;
  }
  if (denied.reason === 'issuer_unreachable') {
    // Not 401: the token may be good, and an application would throw it away.
    const text = failureText('issuer_unreachable', 'the issuer of this token cannot be reached; retry later');
    send(request, response, 503, text, { 'Retry-After': '30' });
    return;
  }
  const message = denied.reason === 'unknown_subject' ? unknownSubjectMessage : unauthorizedMessage;
  if (request.method !== 'POST' || !isJsonType(request)) {
    sendError(response, 'unauthorized', message);
    return;
  }
  using held = context.memory.open({ kind: 'strangers' });
  const exhausted = held.add(maxScannedBytes);
  if (exhausted !== undefined) {
    await rejectOverloaded(context, request, response, exhausted, null);
    return;
  }
  answer(request, response, await findRequestId(request), message);
}

const signInMessage =
  'sign in: an application that supports OAuth opens a browser for it. Others need client_id and token of a client of the registry';

/** Undefined where the sign-in of applications has nothing to do with it. */
function challengeOf(
  { registry }: HttpContext,
  request: IncomingMessage,
  { reason, isAccessToken }: Extract<Authentication, { readonly ok: false }>,
): string | undefined {
  const { oauth, oauthIssuer } = registry().settings;
  const place = { origin: originOf(request), path: pathOf(request), scopes: oauthIssuer?.scopes ?? [] };
  if (isAccessToken === true) return challenge(place, 'invalid_token');
  return oauth === true && reason === 'missing_token' ? challenge(place) : undefined;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  id: RequestId | undefined,
  message: string,
): void {
  const [status, text] =
    id === undefined
      ? ([401, failureText('unauthorized', message)] as const)
      : ([200, errorText(id, { code: RpcCode.unauthorized, message })] as const);
  send(request, response, status, text, id === undefined && request.complete ? { Connection: 'close' } : {});
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: ResponseHeaders,
): void {
  if (request.complete) sendJson(response, status, text, headers);
  else answerUnread(request, response, status, text, headers);
}
