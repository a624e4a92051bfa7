import type { IncomingMessage } from 'node:http';
import { authenticate, type Authentication } from '../clients/authenticate.ts';
import { readCredentials } from '../clients/credentials.ts';
import { audienceOf, covers } from '../clients/authorizations/audience.ts';
import { isSignedToken } from '../clients/issuer/accessToken.ts';
import { byIssuerToken } from '../clients/issuer/byIssuerToken.ts';
import type { Note } from '../audit/trail.ts';
import type { Registry } from '../registry/types.ts';
import type { Rejection } from './answer/answerRejection.ts';
import { pathOf, queryOf, type HttpContext } from './context.ts';
import { connectionIdentity } from './door/connectionIdentity.ts';
import { headerValues } from './door/headers.ts';

/**
 * Authenticates a request in any of the four forms. An access token is good in a header alone (OAuth 2.1, section 5.1.1). Only one of
 * an issuer may have to wait: for its keys.
 */
export function callerOf(
  context: Pick<HttpContext, 'rejections' | 'authorization' | 'isOurHost'>,
  registry: Registry,
  request: IncomingMessage,
): Authentication | Promise<Authentication> {
  const { rejections, authorization } = context;
  const query = queryOf(request);
  const credentials = readCredentials({ query, header: (name) => headerValues(request, name) });
  const connection = connectionIdentity(request, registry);
  const found = authenticate(registry, credentials, {
    guessed: rejections.isPastLimit,
    connection,
    authorized: (token) => {
      const authorized = query.has('token') ? undefined : authorization.authorizations.find(token);
      return authorized !== undefined && covers(authorized.audience, pathOf(request))
        ? authorized
        : undefined;
    },
  });
  if (found.ok || found.reason !== 'invalid_token' || registry.settings.oauthIssuer === null) return found;
  if (credentials.kind !== 'token' || query.has('token') || !isSignedToken(credentials.token)) return found;
  const isForThis = (audience: string): boolean => {
    const path = audienceOf(audience, context.isOurHost);
    return path !== undefined && covers(path, pathOf(request));
  };
  return authorization.issuerTokens
    .identify(registry, credentials.token, isForThis)
    .then((identified) => byIssuerToken(identified, { clientId: credentials.clientId, connection }));
}

/** A request with good credentials, for the log. */
export function authenticated({ detail }: Extract<Authentication, { readonly ok: true }>): Note {
  return { event: 'client_auth', allowed: true, reason: 'ok', ...(detail !== undefined && { detail }) };
}

/** One without, for the log. */
export function rejectionOf({
  clientId,
  reason,
  detail,
}: Extract<Authentication, { readonly ok: false }>): Rejection {
  return { event: 'client_auth', client_id: clientId, reason, ...(detail !== undefined && { detail }) };
}

/** The same words for an unknown client as for a bad token. */
export const unauthorizedMessage =
  'LMCP does not accept these credentials: compare client_id and token of this client with the registry, ' +
  'or run `lmcp connect` for a configuration that works';

/** To somebody whose sign-in at the issuer is good: another one would not help. */
export const unknownSubjectMessage =
  'you are signed in, but no client of the registry is yours: ask the administrator of LMCP to add you to lmcp.oauth.issuer';
