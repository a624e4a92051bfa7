import type { IncomingMessage, ServerResponse } from 'node:http';
import { SignInError } from '../../signin/signInError.ts';
import { answerRejection } from '../answer/answerRejection.ts';
import { queryOf, type HttpContext } from '../context.ts';

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  // The address holds a code.
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;

/** `GET /oauth/callback`: an authorization server sends the browser back. Nothing of the address is in the page. */
export async function oauthCallbackRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const serverId = await context.finishSignIn(queryOf(request));
    sendPage(
      response,
      200,
      'Signed in',
      `LMCP is signed in to server ${serverId}. You can close this window.`,
    );
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    const rejection = { event: 'server_sign_in', reason: 'server_sign_in_rejected' } as const;
    await answerRejection(context, request, response, rejection, () =>
      sendPage(response, 400, 'Not signed in', error.message),
    );
  }
}

function sendPage(response: ServerResponse, status: number, title: string, text: string): void {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title} · LMCP</title><h1>${title}</h1><p>${escaped(text)}</p></html>`;
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
