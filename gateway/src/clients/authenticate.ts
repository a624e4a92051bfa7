import { hash, timingSafeEqual } from 'node:crypto';
import type { Client, Registry } from '../registry/types.ts';
import type { Reason } from '../policy/reasons.ts';
import { isShortToken } from '../shortToken.ts';
import type { Credentials } from './credentials.ts';

export type Authentication =
  | { readonly ok: true; readonly client: Client; readonly tokenDigest: Uint8Array }
  /** `clientId` is what the caller claimed: for the record, never for a decision. */
  | { readonly ok: false; readonly reason: Reason; readonly clientId: string | null };

/**
 * Finds the client that a token belongs to. Every token of the registry is compared, whatever the outcome and
 * whatever id was claimed, so that neither the answer nor its time tells which ids exist.
 * @param guessed guesses come faster than they are logged: a short token is not compared then, and rejected like a wrong one
 */
export function authenticate(
  registry: Registry,
  credentials: Credentials,
  { guessed }: { readonly guessed: boolean },
): Authentication {
  if (credentials.kind === 'conflict')
    return { ok: false, reason: 'conflicting_credentials', clientId: null };
  if (credentials.kind === 'none') {
    return { ok: false, reason: 'missing_token', clientId: credentials.clientId };
  }
  const { clientId } = credentials;
  const digest = tokenDigest(credentials.token);
  let owner: Client | undefined;
  const compared = guessed && isShortToken(credentials.token) ? [] : registry.clients.values();
  for (const client of compared) {
    for (const token of client.tokens) {
      if (timingSafeEqual(token, digest)) owner = client;
    }
  }
  if (clientId !== null && !registry.clients.has(clientId))
    return { ok: false, reason: 'unknown_client', clientId };
  if (owner === undefined || (clientId !== null && clientId !== owner.id)) {
    return { ok: false, reason: 'invalid_token', clientId };
  }
  return { ok: true, client: owner, tokenDigest: digest };
}

/** SHA-256 of a token's UTF-8 bytes: the only form in which tokens are kept and compared. */
export function tokenDigest(token: string): Uint8Array {
  return hash('sha256', token, 'buffer');
}
