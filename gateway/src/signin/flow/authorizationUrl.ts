import type { Exchange } from '../tokens.ts';

/**
 * The page where a person signs in (RFC 6749 section 4.1.1, RFC 7636 section 4.3, RFC 8707 section 2.1).
 * @param challenge of PKCE, by S256
 */
export function authorizationUrl(exchange: Exchange, challenge: string): string {
  const { authorizationServer: as, client, redirectUri, resource, scopes, state } = exchange;
  const url = new URL(as.authorization_endpoint ?? '');
  const parameters = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    resource,
    ...(scopes !== undefined && { scope: scopes.join(' ') }),
    // OpenID Connect Core 1.0, section 11.
    ...(scopes?.includes('offline_access') === true && { prompt: 'consent' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
