import type { SignInLinkAnswer } from '../../api/signIn/signIn.ts';
import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { CommandFailure } from '../exitCodes.ts';
import { httpRequest, type Reach } from './request/httpRequest.ts';

/** The address that signs a browser in. The code is after the #, so that no program but the page is sent it. */
export function signInUrl(endpoint: Endpoint, code: string): string {
  return `${baseUrl(endpoint)}/ui/#sign-in=${code}`;
}

/**
 * Asks the running gateway for the code of a link.
 * @throws CommandFailure where the gateway has no Unix socket, or rejects
 */
export async function askSignInLink(reach: Reach): Promise<SignInLinkAnswer> {
  if (reach.socket === undefined) {
    throw new CommandFailure(
      `a sign-in link needs the gateway's Unix socket, and this one is reached without it. Open ${baseUrl(reach)}/ui and sign in ` +
        'with the management token (lmcp management enable)',
    );
  }
  const answer = await httpRequest(reach, '/management/sign-in-link', { method: 'POST', timeoutMs: 10_000 });
  const body = JSON.parse(answer.body) as SignInLinkAnswer | { readonly ok: false; readonly message: string };
  if (!body.ok) throw new CommandFailure(`the gateway rejects: ${body.message}`);
  return body;
}
