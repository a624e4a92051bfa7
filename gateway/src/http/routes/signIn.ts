import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SignInAnswer, SignInLinkAnswer, SignOutAnswer } from '../../api/signIn/signIn.ts';
import type { Reason } from '../../policy/reasons.ts';
import { sendError, sendJson } from '../answer/answer.ts';
import { answerRejection } from '../answer/answerRejection.ts';
import { readerOf, type HttpContext } from '../context.ts';
import { headerValues, requestIdOf } from '../door/headers.ts';
import { cameThroughSocket } from '../door/localSocket.ts';
import { peerUser } from '../door/peerUser.ts';

type SignInReason = Extract<Reason, 'socket_required' | 'browser_sign_in_disabled' | 'sign_in_rejected'>;

const messages: Readonly<Record<SignInReason, string>> = {
  socket_required:
    'a sign-in link is only issued to commands of the gateway’s own user, through its Unix socket: run `lmcp open`',
  browser_sign_in_disabled:
    'signing in by a link is disabled (lmcp.browser_sign_in: false); sign in with the management token',
  sign_in_rejected:
    'the sign-in link was used before, has expired, or is not of this gateway and its user: run `lmcp open` again',
};

/** `POST /management/sign-in-link`, for `lmcp open`. */
export async function signInLinkRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!cameThroughSocket(request)) return rejected(context, request, response, 'socket_required');
  if (!context.registry().settings.browserSignIn)
    return rejected(context, request, response, 'browser_sign_in_disabled');
  const answer = await issueSignInLink(context, requestIdOf(request));
  sendJson(response, 200, JSON.stringify(answer));
}

/** Issues a link to a caller that is known to be the gateway's user. Resolves once that is logged. @throws AuditUnavailableError */
export async function issueSignInLink(
  { audit, sessions }: Pick<HttpContext, 'audit' | 'sessions'>,
  requestId: string | null,
): Promise<SignInLinkAnswer> {
  const { code, id, expiresS } = sessions.issueLink();
  await logged({ audit }, requestId, { sign_in: 'link', session: id });
  return { ok: true, code, expires_s: expiresS };
}

/** `POST /sign-in`: the page of a sign-in link exchanges its code, which comes in a header: no body of a stranger is parsed. */
export async function signInRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!context.registry().settings.browserSignIn)
    return rejected(context, request, response, 'browser_sign_in_disabled');
  const [code = '', ...others] = headerValues(request, 'x-lmcp-sign-in-code');
  // Asked first: a code in the hands of another user is left to its owner.
  const isOurs = await comesFromOurUser(request);
  const session = isOurs && others.length === 0 ? context.sessions.exchange(code) : undefined;
  if (session === undefined) return rejected(context, request, response, 'sign_in_rejected');
  await logged(context, requestIdOf(request), { sign_in: 'session', session: session.id });
  const answer: SignInAnswer = { ok: true, token: session.token, expires_s: session.expiresS };
  sendJson(response, 200, JSON.stringify(answer));
}

/** `DELETE /management/session`. */
export async function signOutRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const use = { endpoint: 'DELETE /management/session' };
  const reader = await readerOf(context, request, response, use, { required: true });
  if (reader === undefined) return;
  const [token = ''] = headerValues(request, 'x-lmcp-management-token');
  const id = context.sessions.find(token);
  const answer: SignOutAnswer = { ok: true, ended: context.sessions.end(token) };
  if (id !== undefined) await logged(context, requestIdOf(request), { sign_in: 'ended', session: id });
  sendJson(response, 200, JSON.stringify(answer));
}

/**
 * The address of a link is among the arguments of the program that opens the browser, which other users of the machine can
 * list: what they find there does not let them in. Root may, as everywhere.
 */
async function comesFromOurUser({ socket }: IncomingMessage): Promise<boolean> {
  const peer = await peerUser(socket);
  if (peer.kind === 'untold') return true;
  return peer.kind === 'known' && (peer.uid === 0 || peer.uid === process.getuid?.());
}

async function logged(
  { audit }: Pick<HttpContext, 'audit'>,
  request_id: string | null,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await audit.append([{ event: 'management_auth', allowed: true, reason: 'ok', request_id, detail }]);
}

function rejected(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  reason: SignInReason,
): Promise<void> {
  return answerRejection(context, request, response, { event: 'management_auth', reason }, () =>
    sendError(response, reason, messages[reason]),
  );
}
