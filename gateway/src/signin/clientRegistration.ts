import type { AuthorizationServer } from 'oauth4webapi';
import type { HttpServer } from '../registry/types.ts';
import { methodFor } from './clientAuth.ts';
import type { GuardedFetch } from './guardedFetch.ts';
import { explained, jsonObject, requestOptions } from './oauthLibrary.ts';
import { SignInError } from './signInError.ts';
import type { RegisteredClient } from './store/signInRecord.ts';
import type { SignInStore } from './store/signInStore.ts';

/**
 * LMCP as an authorization server knows it (MCP 2025-11-25, basic/authorization, "Client Registration Approaches"): as the registry
 * says, else by its metadata document, else by a registration of its own, which is kept.
 * @throws SignInError
 */
export async function clientFor(
  server: HttpServer,
  as: AuthorizationServer,
  redirectUri: string,
  { store, fetch }: { readonly store: SignInStore; readonly fetch: GuardedFetch },
): Promise<RegisteredClient> {
  const { clientId, clientMetadataUrl } = server.auth ?? {};
  if (clientId !== undefined) return { clientId, method: methodFor(server, as) };
  if (clientMetadataUrl !== undefined && as['client_id_metadata_document_supported'] === true)
    return { clientId: clientMetadataUrl, method: 'none' };
  const kept = store.registration(as.issuer, redirectUri);
  if (kept !== undefined) return kept.client;
  const client = await register(server, as, redirectUri, fetch);
  await store.keepRegistration({ issuer: as.issuer, redirectUri, client });
  return client;
}

/** RFC 7591. */
async function register(
  { id }: HttpServer,
  as: AuthorizationServer,
  redirectUri: string,
  fetch: GuardedFetch,
): Promise<RegisteredClient> {
  if (as.registration_endpoint === undefined) {
    throw new SignInError(
      `${as.issuer} does not let LMCP register itself. Register it there with the redirect URI ${redirectUri}, ` +
        `and set servers.${id}.auth: {type: oauth, client_id: …} in the registry.`,
    );
  }
  const asked = methodAsked(as);
  const metadata = {
    client_name: 'LMCP',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: asked,
    // The redirect URI is one of this machine (OpenID Connect Registration 1.0, section 2).
    application_type: 'native',
  };
  const made = await explained(`LMCP could not register itself at ${as.issuer}`, async (oauth) =>
    oauth.processDynamicClientRegistrationResponse(
      await withExpiry(
        await oauth.dynamicClientRegistrationRequest(as, metadata, requestOptions(oauth, fetch)),
      ),
    ),
  );
  const { client_id: clientId, client_secret: clientSecret, token_endpoint_auth_method: given } = made;
  const secret = typeof clientSecret === 'string' ? clientSecret : undefined;
  const method = isMethod(given) ? given : secret === undefined ? 'none' : asked;
  return { clientId, method, ...(secret !== undefined && { clientSecret: secret }) };
}

/** RFC 7591, section 3.2.1, requires the end of a secret; some give a secret that never ends without saying so. */
async function withExpiry(response: Response): Promise<Response> {
  const made = await jsonObject(response);
  if (made === undefined || !('client_secret' in made) || 'client_secret_expires_at' in made) return response;
  return Response.json({ ...made, client_secret_expires_at: 0 }, { status: response.status });
}

const methods = ['none', 'client_secret_basic', 'client_secret_post'] as const;
type Method = (typeof methods)[number];

const isMethod = (given: unknown): given is Method => methods.some((one) => one === given);

/** A program on a person's machine keeps no secret of its own (RFC 8252, section 8.4), unless the server knows nothing else. */
function methodAsked({ token_endpoint_auth_methods_supported: supported }: AuthorizationServer): Method {
  if (supported === undefined) return 'none';
  return methods.find((one) => supported.includes(one)) ?? 'none';
}
