import { newToken } from '../newToken.ts';

/**
 * How the secrets begin that LMCP issues to applications: by it a token that has ended is told from a mistyped one of the registry,
 * and secret scanners know it.
 */
export const tokenPrefixes = { access: 'lmcp_at_', refresh: 'lmcp_rt_', code: 'lmcp_ac_' } as const;

export type TokenKind = keyof typeof tokenPrefixes;

/** A new secret of 256 random bits. */
export function newTokenOf(kind: TokenKind): string {
  return tokenPrefixes[kind] + newToken().token;
}

/** Whether LMCP itself issued such a token, now or once. */
export function isAccessToken(token: string): boolean {
  return token.startsWith(tokenPrefixes.access);
}
