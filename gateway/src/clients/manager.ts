import { timingSafeEqual } from 'node:crypto';
import type { Settings } from '../registry/types.ts';
import { isShortToken } from '../shortToken.ts';
import { tokenDigest } from './authenticate.ts';
import type { BrowserSessions } from './browserSessions.ts';

export type ManagementCheck =
  | { readonly kind: 'absent' }
  /** `session`: the id of the browser's session whose secret it was. */
  | { readonly kind: 'ok'; readonly session?: string }
  | { readonly kind: 'rejected'; readonly reason: 'management_disabled' | 'management_unauthorized' };

/**
 * Checks the `X-Lmcp-Management-Token` header: a token of the registry, or the secret of a session that `lmcp open` began. There is
 * no other way to present either.
 * @param guessed guesses come faster than they are logged: a short token is not compared then (the registry may hold its digest)
 */
export function checkManagement(
  settings: Settings,
  presented: readonly string[],
  { guessed, sessions }: { readonly guessed: boolean; readonly sessions: Pick<BrowserSessions, 'find'> },
): ManagementCheck {
  const [token, ...others] = presented;
  if (token === undefined) return { kind: 'absent' };
  const session = sessionOf(settings, presented, sessions);
  if (session !== undefined) return { kind: 'ok', session };
  if (settings.managementTokens.length === 0) return { kind: 'rejected', reason: 'management_disabled' };
  const digest = tokenDigest(token);
  let matches = false;
  const compared = guessed && isShortToken(token) ? [] : settings.managementTokens;
  for (const known of compared) matches = timingSafeEqual(known, digest) || matches;
  return matches && others.length === 0
    ? { kind: 'ok' }
    : { kind: 'rejected', reason: 'management_unauthorized' };
}

/** With `browser_sign_in: false` none is valid, also of those that were begun before. */
function sessionOf(
  { browserSignIn }: Settings,
  presented: readonly string[],
  sessions: Pick<BrowserSessions, 'find'>,
): string | undefined {
  const [token = '', ...more] = presented;
  return browserSignIn && more.length === 0 ? sessions.find(token) : undefined;
}
