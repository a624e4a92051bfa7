import type { HttpServer } from '../registry/types.ts';
import type { Discovered } from './discovery/discover.ts';
import { resourceOf } from './discovery/wellKnown.ts';
import type { RegisteredClient, SignInRecord, Whose } from './store/signInRecord.ts';
import type { Granted } from './tokens.ts';

/** What is kept of a sign-in that has succeeded. */
export function recordOf(
  { serverId, clientId }: Whose,
  { url }: HttpServer,
  { authorizationServer: as, client, resource, scopes }: Discovered & { readonly client: RegisteredClient },
  granted: Granted,
): SignInRecord {
  return {
    serverId,
    clientId,
    serverUrl: resourceOf(url),
    issuer: as.issuer,
    tokenEndpoint: as.token_endpoint ?? '',
    ...(as.revocation_endpoint !== undefined && { revocationEndpoint: as.revocation_endpoint }),
    client,
    resource,
    // Where a response does not say it, what was asked for was granted (RFC 6749, section 5.1).
    ...(scopes !== undefined && { scopes: [...scopes] }),
    ...granted,
  };
}
