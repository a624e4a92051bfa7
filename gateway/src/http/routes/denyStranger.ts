import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication } from '../../clients/authenticate.ts';
import { RpcCode } from '../../errors.ts';
import { errorText, type RequestId } from '../../mcp/jsonrpc/message.ts';
import { failureText, sendError, sendJson } from '../answer/answer.ts';
import { answerRejection } from '../answer/answerRejection.ts';
import { answerUnread } from '../answer/answerUnread.ts';
import { unauthorizedMessage } from '../caller.ts';
import type { HttpContext } from '../context.ts';
import { findRequestId, maxScannedBytes } from '../door/strangerBody.ts';
import { isJsonType, rejectOverloaded } from './readJson.ts';

/**
 * Rejects a request without valid credentials, once that is logged. A JSON-RPC request gets its error in an HTTP 200 with its
 * own id: on 401 several clients start an OAuth discovery that leads nowhere and hides the message, and they show only an
 * answer that carries their id. Everything else, and a body in which no id is found, gets 401.
 */
export async function denyStranger(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  { clientId, reason }: Extract<Authentication, { readonly ok: false }>,
): Promise<void> {
  const rejection = { event: 'client_auth', client_id: clientId, reason } as const;
  const written = { logged: false };
  await answerRejection(context, request, response, rejection, () => (written.logged = true));
  if (!written.logged) return;
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

function answer(request: IncomingMessage, response: ServerResponse, id: RequestId | undefined): void {
  const [status, text] =
    id === undefined
      ? ([401, failureText('unauthorized', unauthorizedMessage)] as const)
      : ([200, errorText(id, { code: RpcCode.unauthorized, message: unauthorizedMessage })] as const);
  if (request.complete) sendJson(response, status, text, id === undefined ? { Connection: 'close' } : {});
  else answerUnread(request, response, status, text);
}
