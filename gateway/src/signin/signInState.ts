import type { HttpServer } from '../registry/types.ts';
import type { Demands } from './demands.ts';
import { resourceOf } from './discovery/wellKnown.ts';
import type { SignInRecord } from './store/signInRecord.ts';

/** Without a refresh token the end of a sign-in is told so long before; milliseconds. */
const warnMs = 15 * 60_000;

/** One sign-in as it may be shown. */
export interface ShownSignIn {
  /** Null: that of all clients. */
  readonly clientId: string | null;
  readonly account: string | null;
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly signedInAt: number;
  /** When its access token expires; null where that is not said. */
  readonly expiresAt: number | null;
  /** LMCP renews it by itself. */
  readonly renews: boolean;
}

/** How a server stands. */
export interface SignInState {
  /** The server asks for a sign-in that there is not; null where it does not, or has not been asked. */
  readonly needed: 'sign_in' | 'more_scopes' | null;
  /** A sign-in ends soon, and a person has to make another. */
  readonly endsAt: number | null;
  readonly signIns: readonly ShownSignIn[];
}

export function signInState(
  server: HttpServer,
  records: readonly SignInRecord[],
  demands: Demands,
  now: number,
): SignInState {
  const automatic = server.auth?.grant === 'client_credentials';
  const signIns = records
    .filter(({ serverId, serverUrl }) => serverId === server.id && serverUrl === resourceOf(server.url))
    .map((record) => shown(record, automatic));
  const demand = demands.anyOf(server.id);
  const ends = signIns.flatMap(({ expiresAt, renews }) => (expiresAt === null || renews ? [] : [expiresAt]));
  const soonest = ends.length === 0 ? null : Math.min(...ends);
  return {
    needed: demand === undefined ? null : demand.moreScopes ? 'more_scopes' : 'sign_in',
    endsAt: soonest !== null && soonest - now < warnMs ? soonest : null,
    signIns,
  };
}

function shown(record: SignInRecord, automatic: boolean): ShownSignIn {
  return {
    clientId: record.clientId,
    account: record.account ?? null,
    issuer: record.issuer,
    scopes: record.scopes ?? [],
    signedInAt: record.signedInAt,
    expiresAt: record.expiresAt ?? null,
    renews: automatic || record.refreshToken !== undefined,
  };
}
