import { timingSafeEqual } from 'node:crypto';
import type { Settings } from '../registry/types.ts';
import { isShortToken } from '../shortToken.ts';
import { tokenDigest } from './authenticate.ts';

export type ManagementCheck =
  | { readonly kind: 'absent' }
  | { readonly kind: 'ok' }
  | { readonly kind: 'rejected'; readonly reason: 'management_disabled' | 'management_unauthorized' };

/**
 * Checks the `X-Lmcp-Management-Token` header; there is no other way to present this token.
 * @param guessed guesses come faster than they are logged: a short token is not compared then (the registry may hold its digest)
 */
export function checkManagement(
  settings: Settings,
  presented: readonly string[],
  { guessed }: { readonly guessed: boolean },
): ManagementCheck {
  const [token, ...others] = presented;
  if (token === undefined) return { kind: 'absent' };
  if (settings.managementTokens.length === 0) return { kind: 'rejected', reason: 'management_disabled' };
  const digest = tokenDigest(token);
  let matches = false;
  const compared = guessed && isShortToken(token) ? [] : settings.managementTokens;
  for (const known of compared) matches = timingSafeEqual(known, digest) || matches;
  return matches && others.length === 0
    ? { kind: 'ok' }
    : { kind: 'rejected', reason: 'management_unauthorized' };
}
