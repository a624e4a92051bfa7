import { hash, timingSafeEqual } from 'node:crypto';
import type { Client, Registry } from '../registry/types.ts';
import type { AuditEntry } from '../audit/types.ts';
import type { Reason } from '../policy/reasons.ts';
import { isShortToken } from '../shortToken.ts';
import type { Authorized } from './authorizations/authorizations.ts';
import { isAccessToken } from './authorizations/tokenKinds.ts';
import { isStillConnected, type ConnectionIdentity } from './connectionIdentity.ts';
import type { Credentials } from './credentials.ts';
import { authorizationKeyOf, signsInHere, tokenKeyOf } from './heldCredentials.ts';

export type Authentication =
  | {
      readonly ok: true;
      readonly client: Client;
      readonly tokenKey: string;
      /** What the log says of who it is, beside the client. */
      readonly detail?: NonNullable<AuditEntry['detail']>;
    }
  /** `clientId` is what the caller claimed: for the record, never for a decision. */
  | {
      readonly ok: false;
      readonly reason: Reason;
      readonly clientId: string | null;
      /** An access token of LMCP itself or of the issuer that is not good, or not here: the application is to renew it. */
      readonly isAccessToken?: true;
      /** What else the log says of it. */
      readonly detail?: NonNullable<AuditEntry['detail']>;
    };

export interface Authenticating {
  /** Guesses come faster than they are logged: a short token is not compared then, and rejected like a wrong one. */
  readonly guessed: boolean;
  /** Whom an access token is of, where it is good for what is asked. */
  readonly authorized: (token: string) => Pick<Authorized, 'id' | 'clientId'> | undefined;
  /** Whom the connection belongs to. */
  readonly connection: ConnectionIdentity;
}

const conflicting = { ok: false, reason: 'conflicting_credentials', clientId: null } as const;

/**
 * Finds the client that a request comes from: by its token, or by its connection (the Unix socket of a client, or a client
 * certificate). Where both say who it is, they must agree.
 */
export function authenticate(
  registry: Registry,
  credentials: Credentials,
  authenticating: Authenticating,
): Authentication {
  const { connection } = authenticating;
  if (connection.kind === 'none') return byCredentials(registry, credentials, authenticating);
  if (connection.kind === 'ambiguous') return conflicting;
  const client = registry.clients.get(connection.clientId);
  if (client === undefined || isStillConnected(registry, client, connection.key) !== true)
    return { ok: false, reason: 'unknown_client', clientId: null };
  if (credentials.kind === 'none') {
    const isSame = credentials.clientId === null || credentials.clientId === client.id;
    return isSame ? { ok: true, client, tokenKey: connection.key } : conflicting;
  }
  const found = byCredentials(registry, credentials, authenticating);
  return found.ok && found.client !== client ? conflicting : found;
}

/**
 * Finds the client that a token belongs to. Every token of the registry is compared, whatever the outcome and
 * whatever id was claimed, so that neither the answer nor its time tells which ids exist.
 */
function byCredentials(
  registry: Registry,
  credentials: Credentials,
  { guessed, authorized }: Pick<Authenticating, 'guessed' | 'authorized'>,
): Authentication {
  if (credentials.kind === 'conflict')
    return { ok: false, reason: 'conflicting_credentials', clientId: null };
  if (credentials.kind === 'none') {
    return { ok: false, reason: 'missing_token', clientId: credentials.clientId };
  }
  const { clientId } = credentials;
  if (isAccessToken(credentials.token)) return byAccessToken(registry, credentials, authorized);
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
  return { ok: true, client: owner, tokenKey: tokenKeyOf(digest) };
}

function byAccessToken(
  registry: Registry,
  { clientId, token }: Extract<Credentials, { readonly kind: 'token' }>,
  authorized: Authenticating['authorized'],
): Authentication {
  const found = signsInHere(registry.settings) ? authorized(token) : undefined;
  const client = found === undefined ? undefined : registry.clients.get(found.clientId);
  if (found === undefined || client === undefined || (clientId !== null && clientId !== client.id))
    return { ok: false, reason: 'invalid_token', clientId, isAccessToken: true };
  return { ok: true, client, tokenKey: authorizationKeyOf(found.id) };
}

/** SHA-256 of a token's UTF-8 bytes: the only form in which tokens are kept and compared. */
export function tokenDigest(token: string): Uint8Array {
  return hash('sha256', token, 'buffer');
}
