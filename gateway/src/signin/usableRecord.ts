import type { HttpServer } from '../registry/types.ts';
import { resourceOf, sameIssuer } from './discovery/wellKnown.ts';
import type { SignInRecord, Whose } from './store/signInRecord.ts';
import type { SignInStore } from './store/signInStore.ts';

/**
 * The sign-in as it may be used: a token is sent to the server that it was given for, and to no other that has its id now; it is
 * renewed where the registry lets LMCP sign in, and nowhere else.
 */
export function usableRecord(
  store: Pick<SignInStore, 'record'>,
  server: HttpServer,
  whose: Whose,
): SignInRecord | undefined {
  const record = store.record(whose);
  if (record === undefined || record.serverUrl !== resourceOf(server.url)) return undefined;
  return isOfIssuer(server, record) ? record : undefined;
}

/** Whether the authorization server of a sign-in is the one that the registry names, if it names one. */
export function isOfIssuer({ auth }: HttpServer, { issuer }: Pick<SignInRecord, 'issuer'>): boolean {
  return auth?.issuer === undefined || sameIssuer(issuer, auth.issuer);
}
