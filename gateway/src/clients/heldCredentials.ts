import type { Registry } from '../registry/types.ts';
import { isStillConnected } from './connectionIdentity.ts';
import type { Authorizations } from './authorizations/authorizations.ts';

/** What sessions and streams are bound to: the credential that opened them. */
const authorizationPrefix = 'authorization:';

/** The digest of a token of the registry as a key for Maps. */
export function tokenKeyOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('base64url');
}

/** The same key for all access tokens of an authorization: what one opened outlives its renewal. */
export function authorizationKeyOf(id: string): string {
  return authorizationPrefix + id;
}

export interface HeldCredential {
  readonly clientId: string;
  readonly tokenKey: string;
}

/** Whether credentials are still good, by what the registry and the authorizations say now. */
export class HeldCredentials {
  readonly #authorizations: Pick<Authorizations, 'holds'>;

  constructor(authorizations: Pick<Authorizations, 'holds'>) {
    this.#authorizations = authorizations;
  }

  /** A client that is gone has none. */
  isGood(registry: Registry, { clientId, tokenKey }: HeldCredential): boolean {
    const client = registry.clients.get(clientId);
    if (client === undefined) return false;
    const connected = isStillConnected(registry, client, tokenKey);
    if (connected !== undefined) return connected;
    const { settings } = registry;
    if (!tokenKey.startsWith(authorizationPrefix))
      return client.tokens.some((digest) => tokenKeyOf(digest) === tokenKey);
    const id = tokenKey.slice(authorizationPrefix.length);
    return settings.oauth === true && this.#authorizations.holds(id, clientId);
  }

  /** The same for a credential that was good under a registry: of a token of that very registry nothing can have changed. */
  isStillGood(current: Registry, before: Registry, credential: HeldCredential): boolean {
    const isOfRegistry = !credential.tokenKey.startsWith(authorizationPrefix);
    return (current === before && isOfRegistry) || this.isGood(current, credential);
  }
}
