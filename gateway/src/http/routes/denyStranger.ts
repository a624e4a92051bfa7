import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication } from '../../clients/authenticate.ts';
import { RpcCode } from '../../errors.ts';
import { errorText, type RequestId } from '../../mcp/jsonrpc/message.ts';
import { failureText, sendError, sendJson } from '../answer/answer.ts';
import { answerRejection } from '../answer/answerRejection.ts';
import { answerUnread } from '../answer/answerUnread.ts';
import { challenge } from '../../clients/authorizations/serverMetadata.ts';
import { unauthorizedMessage } from '../caller.ts';
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
  const { clientId, reason } = denied;
  const rejection = { event: 'client_auth', client_id: clientId, reason } as const;
  const written = { logged: false };
  await answerRejection(context, request, response, rejection, () => (written.logged = true));
  if (!written.logged) return;
  const challenged = challengeOf(context, request, denied);
  if (challenged !== undefined) {
    const text = failureText('unauthorized', signInMessage);
    const headers = { 'WWW-Authenticate': challenged };
    if (request.complete) sendJson(response, 401, text, headers);
    else answerUnread(request, response, 401, text, headers);
    return;
  }
  if (request.method !== 'POST' || !isJsonType(request)) {
    sendError(response, 'unauthorized', unauthorizedMessage);
    return;
  }
  using held = context.memory.open({ kind: 'strangers' });
  const exhausted = held.add(maxScannedBytes);
  if (exhausted !== undefined) {
    await rejectOverloaded(context, request, response, exhausted, null);
    return;
  }
  answer(request, response, await findRequestId(request));
}

const signInMessage =
  'sign in: an application that supports OAuth opens a browser for it. Others need client_id and token of a client of the registry';

/** Undefined where the sign-in of applications has nothing to do with it. */
function challengeOf(
  { registry }: HttpContext,
  request: IncomingMessage,
  { reason, isAccessToken }: Extract<Authentication, { readonly ok: false }>,
): string | undefined {
  const place = [originOf(request), pathOf(request)] as const;
  if (isAccessToken === true) return challenge(...place, 'invalid_token');
  return registry().settings.oauth === true && reason === 'missing_token' ? challenge(...place) : undefined;
}

function answer(request: IncomingMessage, response: ServerResponse, id: RequestId | undefined): void {
  const [status, text] =
    id === undefined
      ? ([401, failureText('unauthorized', unauthorizedMessage)] as const)
      : ([200, errorText(id, { code: RpcCode.unauthorized, message: unauthorizedMessage })] as const);
  if (request.complete) sendJson(response, status, text, id === undefined ? { Connection: 'close' } : {});
  else answerUnread(request, response, status, text);
}
