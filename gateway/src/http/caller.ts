import type { IncomingMessage } from 'node:http';
import { authenticate, type Authentication } from '../clients/authenticate.ts';
import { readCredentials } from '../clients/credentials.ts';
import { covers } from '../clients/authorizations/audience.ts';
import type { Registry } from '../registry/types.ts';
import { pathOf, queryOf, type HttpContext } from './context.ts';
import { connectionIdentity } from './door/connectionIdentity.ts';
import { headerValues } from './door/headers.ts';

/** Authenticates a request in any of the four forms. An access token is good in a header alone (OAuth 2.1, section 5.1.1). */
export function callerOf(
  { rejections, authorization }: Pick<HttpContext, 'rejections' | 'authorization'>,
  registry: Registry,
  request: IncomingMessage,
): Authentication {
  const query = queryOf(request);
  const credentials = readCredentials({ query, header: (name) => headerValues(request, name) });
  return authenticate(registry, credentials, {
    guessed: rejections.isPastLimit,
    connection: connectionIdentity(request, registry),
    authorized: (token) => {
      const found = query.has('token') ? undefined : authorization.authorizations.find(token);
      return found !== undefined && covers(found.audience, pathOf(request)) ? found : undefined;
    },
  });
}

/** The same words for an unknown client as for a bad token. */
export const unauthorizedMessage =
  'LMCP does not accept these credentials: compare client_id and token of this client with the registry, ' +
  'or run `lmcp connect` for a configuration that works';
