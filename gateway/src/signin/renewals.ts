import { messageOf } from '../errors.ts';
import type { Clock } from '../clock.ts';
import type { HttpServer } from '../registry/types.ts';
import { clientFor } from './clientRegistration.ts';
import type { Challenge } from './discovery/challenge.ts';
import { discover } from './discovery/discover.ts';
import { RejectedError } from './oauthLibrary.ts';
import { scopesToAsk } from './scopes.ts';
import { SignInError } from './signInError.ts';
import type { SignInEvents } from './signInEvents.ts';
import { keyOf, type SignInRecord, type Whose } from './store/signInRecord.ts';
import type { SignInStore } from './store/signInStore.ts';
import { recordOf } from './recordOf.ts';
import { credentialsGrant, refreshed, type TokenParts } from './tokens.ts';
import { usableRecord } from './usableRecord.ts';

/** After a failure that another try may overcome, none is made for so long; milliseconds. */
const pauseMs = 5_000;
/** Reasons after which a refresh token will never be taken again (RFC 6749, section 5.2). */
const final: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client']);

export interface RenewalParts {
  readonly store: SignInStore;
  readonly clock: Clock;
  readonly tokenParts: (server: HttpServer) => TokenParts;
  readonly events: SignInEvents;
}

/**
 * Renews tokens: one request at a time for each sign-in, however many calls wait for it, in this process or another. One that
 * fails is not tried again for some seconds; one that is rejected ends the sign-in.
 */
export class Renewals {
  readonly #parts: RenewalParts;
  readonly #running = new Map<string, Promise<SignInRecord | undefined>>();
  readonly #failed = new Map<string, { readonly until: number; readonly error: SignInError }>();

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /**
   * Another record than the one that is of no use any more; undefined where the sign-in is over.
   * @param challenge for `client_credentials`, where the server gave one
   * @throws SignInError where it can't be found out now
   */
  renew(
    server: HttpServer,
    whose: Whose,
    useless: SignInRecord | undefined,
    challenge: Challenge = {},
  ): Promise<SignInRecord | undefined> {
    const key = keyOf(whose);
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const failed = this.#failed.get(key);
    if (failed !== undefined && failed.until > this.#parts.clock.monotonic())
      return Promise.reject(failed.error);
    const begun = this.#renewed(server, whose, useless, challenge)
      .catch((error: unknown) => {
        const known = error instanceof SignInError ? error : new SignInError(messageOf(error));
        this.#failed.set(key, { until: this.#parts.clock.monotonic() + pauseMs, error: known });
        throw known;
      })
      .finally(() => this.#running.delete(key));
    this.#running.set(key, begun);
    return begun;
  }

  /** A person has signed in: earlier failures no longer count. */
  reset(whose: Whose): void {
    this.#failed.delete(keyOf(whose));
  }

  async #renewed(
    server: HttpServer,
    whose: Whose,
    useless: SignInRecord | undefined,
    challenge: Challenge,
  ): Promise<SignInRecord | undefined> {
    const { store } = this.#parts;
    return store.exclusively(async () => {
      await store.reload();
      const now = usableRecord(store, server, whose);
      // Another process was first.
      if (now !== undefined && now.accessToken !== useless?.accessToken) return now;
      if (server.auth?.grant === 'client_credentials') return this.#byCredentials(server, whose, challenge);
      return now?.refreshToken === undefined
        ? undefined
        : this.#byRefresh(server, whose, { ...now, refreshToken: now.refreshToken });
    });
  }

  async #byRefresh(
    server: HttpServer,
    whose: Whose,
    record: SignInRecord & { readonly refreshToken: string },
  ): Promise<SignInRecord | undefined> {
    const { store, tokenParts, events } = this.#parts;
    try {
      const next = { ...record, ...(await refreshed(tokenParts(server), record)) };
      // Kept before it is used: the refresh token before it may be worth nothing now.
      await store.keep(next);
      await events.note('renewed', whose, { issuer: record.issuer });
      return next;
    } catch (error) {
      if (!(error instanceof RejectedError) || !final.has(error.code)) throw error;
      await store.forget(whose);
      await events.note('lost', whose, { issuer: record.issuer, error: error.code });
      return undefined;
    }
  }

  async #byCredentials(server: HttpServer, whose: Whose, challenge: Challenge): Promise<SignInRecord> {
    const { store, tokenParts, events } = this.#parts;
    const parts = tokenParts(server);
    const found = await discover(server, challenge, parts.fetch);
    const client = await clientFor(server, found.authorizationServer, '', { store, fetch: parts.fetch });
    const scopes = scopesToAsk({
      configured: server.auth?.scopes,
      named: found.scopes,
      held: undefined,
      supported: undefined,
    });
    const granted = await credentialsGrant(parts, { ...found, scopes }, client);
    const record = recordOf(whose, server, { ...found, scopes, client }, granted);
    await store.keep(record);
    await events.note('renewed', whose, { issuer: record.issuer });
    return record;
  }
}
