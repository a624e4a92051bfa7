import { timingSafeEqual } from 'node:crypto';
import type { Settings } from '../registry/types.ts';
import { tokenDigest } from './authenticate.ts';

export type ManagementCheck =
  | { readonly kind: 'absent' }
  | { readonly kind: 'ok' }
  | { readonly kind: 'rejected'; readonly reason: 'management_disabled' | 'management_unauthorized' };

/** Checks the `X-Lmcp-Management-Token` header; there is no other way to present this token. */
export function checkManagement(settings: Settings, presented: readonly string[]): ManagementCheck {
  const [token, ...others] = presented;
  if (token === undefined) return { kind: 'absent' };
  if (settings.managementTokens.length === 0) return { kind: 'rejected', reason: 'management_disabled' };
  const digest = tokenDigest(token);
  let matches = false;
  for (const known of settings.managementTokens) matches = timingSafeEqual(known, digest) || matches;
  return matches && others.length === 0
    ? { kind: 'ok' }
    : { kind: 'rejected', reason: 'management_unauthorized' };
}
