import type { IncomingMessage } from 'node:http';
import { authenticate, type Authentication } from '../clients/authenticate.ts';
import { readCredentials } from '../clients/credentials.ts';
import type { Client, Registry } from '../registry/types.ts';
import { queryOf } from './context.ts';
import { headerValues } from './door/headers.ts';
import type { Rejections } from './door/rejections.ts';

/** Authenticates a request in any of the three forms. */
export function callerOf(
  registry: Registry,
  request: IncomingMessage,
  rejections: Pick<Rejections, 'isPastLimit'>,
): Authentication {
  const header = (name: string): string[] => headerValues(request, name);
  const credentials = readCredentials({ query: queryOf(request), header });
  return authenticate(registry, credentials, { guessed: rejections.isPastLimit });
}

/** The digest as a key for Maps: what sessions are bound to. */
export function tokenKeyOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('base64url');
}

/** Whether a token, by its key, is one of the client's; a client that is gone has none. */
export function holdsToken(client: Client | undefined, tokenKey: string): boolean {
  return client?.tokens.some((digest) => tokenKeyOf(digest) === tokenKey) ?? false;
}

/** The same words for an unknown client as for a bad token. */
export const unauthorizedMessage =
  'LMCP does not accept these credentials: compare client_id and token of this client with the registry, ' +
  'or run `lmcp connect` for a configuration that works';
