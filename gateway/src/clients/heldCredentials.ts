import type { Registry, Settings } from '../registry/types.ts';
import { isStillConnected } from './connectionIdentity.ts';
import type { Authorizations } from './authorizations/authorizations.ts';
import type { AuthorizationServer } from './authorizations/authorizationServer.ts';
import type { IssuerTokens } from './issuer/issuerTokens.ts';

/** What sessions and streams are bound to: the credential that opened them. */
const authorizationPrefix = 'authorization:';
const holderPrefix = 'holder:';

/** The digest of a token of the registry as a key for Maps. */
export function tokenKeyOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('base64url');
}

/** The same key for all access tokens of an authorization: what one opened outlives its renewal. */
export function authorizationKeyOf(id: string): string {
  return authorizationPrefix + id;
}

/** The same key for all access tokens that an issuer gives a person. */
export function holderKeyOf(holder: string): string {
  return holderPrefix + holder;
}

/** Whether LMCP's own consent page lets applications in: not where an issuer does. */
export function signsInHere({ oauth, oauthIssuer }: Settings): boolean {
  return oauth === true && oauthIssuer === null;
}

export interface HeldCredential {
  readonly clientId: string;
  readonly tokenKey: string;
}

/** Whether credentials are still good, by what the registry and the authorizations say now. */
export class HeldCredentials {
  readonly #authorizations: Pick<Authorizations, 'holds' | 'onEnd'>;
  readonly #issuerTokens: Pick<IssuerTokens, 'holds' | 'onEnd'>;

  constructor({
    authorizations,
    issuerTokens,
  }: Pick<AuthorizationServer, 'authorizations' | 'issuerTokens'>) {
    this.#authorizations = authorizations;
    this.#issuerTokens = issuerTokens;
  }

  /** Some are good no longer, whatever the registry says. */
  onEnd(listener: () => void): void {
    this.#authorizations.onEnd(listener);
    this.#issuerTokens.onEnd(listener);
  }

  /** A client that is gone has none. */
  isGood(registry: Registry, { clientId, tokenKey }: HeldCredential): boolean {
    const client = registry.clients.get(clientId);
    if (client === undefined) return false;
    const connected = isStillConnected(registry, client, tokenKey);
    if (connected !== undefined) return connected;
    const { settings } = registry;
    if (tokenKey.startsWith(holderPrefix))
      return this.#issuerTokens.holds(registry, tokenKey.slice(holderPrefix.length), clientId);
    if (!tokenKey.startsWith(authorizationPrefix))
      return client.tokens.some((digest) => tokenKeyOf(digest) === tokenKey);
    const id = tokenKey.slice(authorizationPrefix.length);
    return signsInHere(settings) && this.#authorizations.holds(id, clientId);
  }

  /** The same for a credential that was good under a registry: of a token of that very registry nothing can have changed. */
  isStillGood(current: Registry, before: Registry, credential: HeldCredential): boolean {
    const { tokenKey } = credential;
    const isOfRegistry = !tokenKey.startsWith(authorizationPrefix) && !tokenKey.startsWith(holderPrefix);
    return (current === before && isOfRegistry) || this.isGood(current, credential);
  }
}
