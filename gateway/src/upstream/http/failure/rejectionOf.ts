import type { UpstreamError } from '../../../errors.ts';
import { asksForSignIn } from '../authorization.ts';
import type { HttpAnswer } from '../exchange/httpAnswer.ts';
import type { HttpContext } from '../transport.ts';
import { signInNeeded, statusError } from './statusError.ts';

/** What a response that is no success means: that a sign-in is needed, which is noted, or any other rejection. */
export function rejectionOf(
  { server, authorization }: Pick<HttpContext, 'server' | 'authorization'>,
  { status, headers }: HttpAnswer,
  body = '',
): UpstreamError {
  const demand = { status, challenge: headers['www-authenticate'] };
  if (!asksForSignIn(server, demand)) return statusError(server, status, body);
  return signInNeeded(server, status, body, authorization.demanded(demand));
}
