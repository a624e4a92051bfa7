import type { AuthorizationServer, Client, ClientAuth, TokenEndpointResponse } from 'oauth4webapi';
import type { HttpServer } from '../registry/types.ts';
import { clientAuth, type ReadReference } from './clientAuth.ts';
import type { Discovered } from './discovery/discover.ts';
import type { GuardedFetch } from './guardedFetch.ts';
import { explained, jsonObject, requestOptions, type OAuthLibrary } from './oauthLibrary.ts';
import type { RegisteredClient, SignInRecord } from './store/signInRecord.ts';

/** What the requests to a token endpoint need. */
export interface TokenParts {
  readonly server: HttpServer;
  readonly fetch: GuardedFetch;
  readonly read: ReadReference;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** What a token response (RFC 6749, section 5.1) says of a sign-in. */
export type Granted = Pick<
  SignInRecord,
  'accessToken' | 'refreshToken' | 'scopes' | 'expiresAt' | 'signedInAt' | 'account'
>;

export interface Exchange extends Discovered {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string;
}

/**
 * Exchanges the code of a redirect for tokens, after its `state` and `iss` were checked (RFC 6749 section 4.1.3, RFC 7636 section
 * 4.5, RFC 8707 section 2.2, RFC 9207 section 2.4).
 * @throws SignInError
 */
export function exchangeCode(
  parts: TokenParts,
  exchange: Exchange,
  redirect: URLSearchParams,
): Promise<Granted> {
  const { authorizationServer: as, client: registered, state, verifier, redirectUri, resource } = exchange;
  const secrets = [redirect.get('code') ?? '', verifier, state];
  return atTokenEndpoint(parts, as, registered, secrets, async (oauth, client, auth) => {
    const checked = oauth.validateAuthResponse(as, client, redirect, state);
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      auth,
      checked,
      redirectUri,
      verifier,
      {
        ...requestOptions<'POST'>(oauth, parts.fetch),
        additionalParameters: { resource },
      },
    );
    return oauth.processAuthorizationCodeResponse(
      as,
      client,
      await withoutUnasked(response, exchange.scopes),
    );
  });
}

/** RFC 6749 section 6; the authorization server may rotate the refresh token. @throws SignInError, RejectedError */
export async function refreshed(
  parts: TokenParts,
  record: SignInRecord & { readonly refreshToken: string },
): Promise<Granted> {
  const { refreshToken, resource, client } = record;
  const granted = await atTokenEndpoint(
    parts,
    asOf(record),
    client,
    [refreshToken],
    async (oauth, known, auth) => {
      const response = await oauth.refreshTokenGrantRequest(asOf(record), known, auth, refreshToken, {
        ...requestOptions<'POST'>(oauth, parts.fetch),
        additionalParameters: { resource },
      });
      return oauth.processRefreshTokenResponse(
        asOf(record),
        known,
        await withoutUnasked(response, undefined),
      );
    },
  );
  const kept = { refreshToken, ...(record.account !== undefined && { account: record.account }) };
  // What a response does not say is as before.
  return { ...kept, ...granted, signedInAt: record.signedInAt, ...scopesOf(granted.scopes ?? record.scopes) };
}

/** RFC 6749 section 4.4. @throws SignInError */
export function credentialsGrant(
  parts: TokenParts,
  { authorizationServer: as, resource, scopes }: Discovered,
  registered: RegisteredClient,
): Promise<Granted> {
  return atTokenEndpoint(parts, as, registered, [], async (oauth, client, auth) => {
    const asked = { resource, ...(scopes !== undefined && scopes.length > 0 && { scope: scopes.join(' ') }) };
    const options = requestOptions<'POST'>(oauth, parts.fetch);
    const response = await oauth.clientCredentialsGrantRequest(as, client, auth, asked, options);
    return oauth.processClientCredentialsResponse(as, client, response);
  });
}

/** RFC 7009. @throws SignInError */
export async function revoke(parts: TokenParts, record: SignInRecord, token: string): Promise<void> {
  const { server, fetch, read } = parts;
  const auth = await clientAuth(server, record.client, read);
  await explained(
    `${record.issuer} did not revoke the sign-in`,
    async (oauth) => {
      const client = { client_id: record.client.clientId };
      const options = requestOptions<'POST'>(oauth, fetch);
      const response = await oauth.revocationRequest(asOf(record), client, auth, token, options);
      return oauth.processRevocationResponse(response);
    },
    [token],
  );
}

async function atTokenEndpoint(
  { server, read, now }: TokenParts,
  as: AuthorizationServer,
  registered: RegisteredClient,
  secrets: readonly string[],
  ask: (oauth: OAuthLibrary, client: Client, auth: ClientAuth) => Promise<TokenEndpointResponse>,
): Promise<Granted> {
  const auth = await clientAuth(server, registered, read);
  const all = [...secrets, registered.clientSecret ?? ''];
  return explained(
    `${as.issuer} gave no token for server "${server.id}"`,
    async (oauth) => {
      const answer = await ask(oauth, { client_id: registered.clientId }, auth);
      return granted(oauth, answer, now());
    },
    all,
  );
}

function granted(oauth: OAuthLibrary, answer: TokenEndpointResponse, now: number): Granted {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds, scope } = answer;
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const account = [claims?.['email'], claims?.['preferred_username'], claims?.['name'], claims?.sub].find(
    (claim) => typeof claim === 'string' && claim !== '',
  );
  return {
    accessToken,
    signedInAt: now,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(seconds !== undefined && { expiresAt: now + seconds * 1_000 }),
    ...scopesOf(scope?.split(' ').filter((one) => one !== '')),
    ...(typeof account === 'string' && { account: account.slice(0, 256) }),
  };
}

function scopesOf(scopes: string[] | undefined): { readonly scopes?: string[] } {
  return scopes === undefined ? {} : { scopes };
}

/** An authorization server as it was at the sign-in: it is not looked for again. */
function asOf({ issuer, tokenEndpoint, revocationEndpoint }: SignInRecord): AuthorizationServer {
  return {
    issuer,
    token_endpoint: tokenEndpoint,
    ...(revocationEndpoint !== undefined && { revocation_endpoint: revocationEndpoint }),
  };
}

/** Some send an ID token that was not asked for, and not always a valid one: it is not used here. */
async function withoutUnasked(response: Response, scopes: readonly string[] | undefined): Promise<Response> {
  if (scopes?.includes('openid') === true) return response;
  const body = await jsonObject(response);
  if (body === undefined || !('id_token' in body)) return response;
  const { id_token: _, ...rest } = body;
  return Response.json(rest, { status: response.status });
}
