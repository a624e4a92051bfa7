import type { SignInLinkAnswer } from '../../api/signIn.ts';
import { baseUrl } from '../../endpoint.ts';
import { CommandFailure } from '../exitCodes.ts';
import { httpRequest, type Reach } from './request/httpRequest.ts';

/** A one-time link that signs a browser in. */
export interface SignInLink {
  readonly url: string;
  readonly expiresS: number;
}

/**
 * Asks the running gateway for a link. The code stands behind the #, so that no program but the page is sent it.
 * @throws CommandFailure where the gateway has no Unix socket, or rejects
 */
export async function signInLink(reach: Reach): Promise<SignInLink> {
  const page = `${baseUrl(reach)}/ui/`;
  if (reach.socket === undefined) {
    throw new CommandFailure(
      `a sign-in link needs the gateway's Unix socket, and this one is reached without it. Open ${page} and sign in with the ` +
        'management token (lmcp management enable)',
    );
  }
  const answer = await httpRequest(reach, '/management/sign-in-link', { method: 'POST', timeoutMs: 10_000 });
  const body = JSON.parse(answer.body) as SignInLinkAnswer | { readonly ok: false; readonly message: string };
  if (!body.ok) throw new CommandFailure(`the gateway rejects: ${body.message}`);
  return { url: `${page}#sign-in=${body.code}`, expiresS: body.expires_s };
}
