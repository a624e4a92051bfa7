import { SignInNeededError, type AuthorizationFor } from '../upstream/http/authorization.ts';
import { messageOf } from '../errors.ts';
import type { Clock } from '../clock.ts';
import type { HttpServer } from '../registry/types.ts';
import type { ReadReference } from './clientAuth.ts';
import { clientFor } from './clientRegistration.ts';
import { Demands } from './demands.ts';
import { discover } from './discovery/discover.ts';
import { authorizationUrl } from './flow/authorizationUrl.ts';
import { pastedRedirect } from './flow/pastedRedirect.ts';
import { pendingMs, PendingSignIns, type PendingSignIn, type Progress } from './flow/pendingSignIns.ts';
import { guardedFetch } from './guardedFetch.ts';
import { oauthLibrary, RejectedError } from './oauthLibrary.ts';
import { probe } from './probe.ts';
import { recordOf } from './recordOf.ts';
import { Renewals } from './renewals.ts';
import { scopesToAsk } from './scopes.ts';
import { SignInError } from './signInError.ts';
import type { SignInEvents } from './signInEvents.ts';
import { SignInSource } from './signInSource.ts';
import { signInState, type SignInState } from './signInState.ts';
import type { Whose } from './store/signInRecord.ts';
import type { SignInStore } from './store/signInStore.ts';
import { exchangeCode, revoke, type Exchange, type TokenParts } from './tokens.ts';
import { isOfIssuer, usableRecord } from './usableRecord.ts';

export interface SignInParts {
  readonly store: SignInStore;
  readonly clock: Clock;
  readonly events: SignInEvents;
  readonly read: ReadReference;
  /** Where authorization servers send the browser back to: `http://127.0.0.1:7345/oauth/callback`. */
  readonly redirectUri: () => string;
  readonly pageOf: (serverId: string) => string;
  /** The server may repeat this token in what it says. */
  readonly hide: (serverId: string, token: string) => void;
  /** A sign-in has begun or ended to be of use: servers that were given up may be tried again. */
  readonly changed: (serverId: string) => void;
}

/** What a person has to do next. */
export type Begun =
  | { readonly kind: 'open'; readonly id: string; readonly url: string; readonly expiresS: number }
  /** With `client_credentials` there is nothing to do. */
  | { readonly kind: 'done' };

/** LMCP's sign-ins to servers (MCP 2025-11-25, basic/authorization). */
export class SignIns {
  readonly #parts: SignInParts;
  readonly #demands = new Demands();
  readonly #renewals: Renewals;
  readonly #pending: PendingSignIns;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#pending = new PendingSignIns(parts.clock);
    this.#renewals = new Renewals({ ...parts, tokenParts: (server) => this.#tokenParts(server) });
  }

  get redirectUri(): string {
    return this.#parts.redirectUri();
  }

  /** What requests to a server are authorized by. */
  readonly authorizationFor: AuthorizationFor = async (server, clientId) => {
    const { store, clock, pageOf, hide } = this.#parts;
    if (server.auth !== undefined)
      await store.ready().catch((error: unknown) => {
        throw new SignInNeededError(messageOf(error));
      });
    const whose = whoseOf(server, clientId ?? '');
    const parts = { store, clock, pageOf, hide, demands: this.#demands, renewals: this.#renewals };
    return new SignInSource(parts, server, whose);
  };

  /**
   * Begins to sign in: finds out where, registers LMCP where that is needed, and gives the page for the person.
   * @param clientId of the client whose sign-in it is, where each has its own
   * @throws SignInError
   */
  async begin(server: HttpServer, clientId: string | null): Promise<Begun> {
    const { store } = this.#parts;
    const whose = checkedWhose(server, clientId);
    await store.ready();
    this.#renewals.reset(whose);
    if (server.auth?.grant === 'client_credentials') {
      await this.#renewals.renew(server, whose, usableRecord(store, server, whose));
      this.#succeeded(whose);
      return { kind: 'done' };
    }
    try {
      const exchange = await this.#exchange(server, whose);
      await this.#parts.events.note('begun', whose, {
        issuer: exchange.authorizationServer.issuer,
        ...(exchange.scopes !== undefined && { scopes: exchange.scopes }),
      });
      const { calculatePKCECodeChallenge } = await oauthLibrary();
      const url = authorizationUrl(exchange, await calculatePKCECodeChallenge(exchange.verifier));
      const id = this.#pending.begin({ whose, server, exchange });
      return { kind: 'open', id, url, expiresS: pendingMs / 1_000 };
    } catch (error) {
      if (error instanceof SignInError) await this.#noteFailure(whose, error);
      throw error;
    }
  }

  /** Takes the redirect of an authorization server; each is taken once. Gives the id of the server. @throws SignInError */
  async finish(redirect: URLSearchParams): Promise<string> {
    const pending = this.#pending.take(redirect.get('state') ?? '');
    if (pending === undefined)
      throw new SignInError('This sign-in is not known, is over, or was finished before. Begin again.');
    try {
      await this.#finish(pending, redirect);
    } catch (error) {
      const known = error instanceof SignInError ? error : new SignInError(messageOf(error));
      this.#pending.ended(pending.id, { state: 'failed', message: known.message });
      await this.#noteFailure(pending.whose, known);
      throw known;
    }
    return pending.whose.serverId;
  }

  /** The same with what a person copied from the browser of another machine. @throws SignInError */
  async finishPasted(id: string, text: string): Promise<void> {
    const state = this.#pending.stateOf(id);
    if (state === undefined)
      throw new SignInError('This sign-in is over, or was finished before. Begin again with lmcp login.');
    await this.finish(pastedRedirect(text, state));
  }

  progress(id: string): Progress | undefined {
    return this.#pending.progress(id);
  }

  /**
   * Revokes what the authorization server lets LMCP revoke, and forgets the sign-in.
   * @returns whether it was revoked there; undefined where there was none
   * @throws SignInError
   */
  async end(server: HttpServer, clientId: string | null): Promise<{ readonly revoked: boolean } | undefined> {
    const { store, events } = this.#parts;
    const whose = checkedWhose(server, clientId);
    await store.ready();
    const record = store.record(whose);
    if (record === undefined) return undefined;
    const tokens = [record.refreshToken, record.accessToken].filter((token) => token !== undefined);
    let revoked = record.revocationEndpoint !== undefined && isOfIssuer(server, record);
    for (const token of revoked ? tokens : [])
      await revoke(this.#tokenParts(server), record, token).catch(() => (revoked = false));
    await store.forget(whose);
    await this.#forgetRegistration(record);
    await events.note('ended', whose, { issuer: record.issuer, revoked });
    this.#parts.changed(server.id);
    return { revoked };
  }

  /** The sign-ins of a server, as they may be shown; undefined before the first use of any. */
  stateOf(server: HttpServer): SignInState {
    const { store, clock } = this.#parts;
    return signInState(server, store.records, this.#demands, clock.now());
  }

  /** An instance of the server was initialized: whatever it asked for before, it asks for no more. */
  accepted(server: HttpServer, clientId: string): void {
    this.#demands.forget(whoseOf(server, clientId));
  }

  /** A server or client is no longer in the registry. */
  async forget(gone: {
    readonly servers: readonly string[];
    readonly clients: readonly string[];
  }): Promise<void> {
    const { store } = this.#parts;
    for (const id of gone.servers) this.#demands.forgetServer(id);
    const isGone = ({ serverId, clientId }: Whose): boolean =>
      gone.servers.includes(serverId) || (clientId !== null && gone.clients.includes(clientId));
    for (const record of store.records.filter(isGone)) await store.forget(record);
  }

  async #exchange(server: HttpServer, whose: Whose): Promise<Exchange> {
    const { store, redirectUri } = this.#parts;
    const { fetch } = this.#tokenParts(server);
    const demand = this.#demands.of(whose);
    const challenge =
      demand?.challenge.resourceMetadata !== undefined ? demand.challenge : await probe(server, fetch);
    const found = await discover(server, challenge, fetch);
    const { authorizationServer } = found;
    const scopes = scopesToAsk({
      configured: server.auth?.scopes,
      named: found.scopes,
      held: demand?.moreScopes === true ? usableRecord(store, server, whose)?.scopes : undefined,
      supported: authorizationServer.scopes_supported,
    });
    const client = await clientFor(server, authorizationServer, redirectUri(), { store, fetch });
    const { generateRandomState, generateRandomCodeVerifier } = await oauthLibrary();
    return {
      ...found,
      scopes,
      client,
      redirectUri: redirectUri(),
      state: generateRandomState(),
      verifier: generateRandomCodeVerifier(),
    };
  }

  async #finish({ whose, server, exchange, id }: PendingSignIn, redirect: URLSearchParams): Promise<void> {
    const { store, events } = this.#parts;
    try {
      const granted = await exchangeCode(this.#tokenParts(server), exchange, redirect);
      const record = recordOf(whose, server, exchange, granted);
      await store.keep(record);
      await events.note('finished', whose, {
        issuer: record.issuer,
        ...(record.scopes !== undefined && { scopes: record.scopes }),
      });
    } catch (error) {
      // The authorization server has forgotten who LMCP is: the next try registers again.
      if (error instanceof RejectedError && error.code === 'invalid_client')
        await store.forgetRegistration({
          issuer: exchange.authorizationServer.issuer,
          redirectUri: exchange.redirectUri,
        });
      throw error;
    }
    this.#pending.ended(id, { state: 'done' });
    this.#succeeded(whose);
  }

  #succeeded(whose: Whose): void {
    this.#demands.forget(whose);
    this.#renewals.reset(whose);
    this.#parts.changed(whose.serverId);
  }

  async #noteFailure(whose: Whose, error: SignInError): Promise<void> {
    const code = error instanceof RejectedError ? error.code : 'rejected';
    await this.#parts.events.note('failed', whose, { error: code.slice(0, 64) });
  }

  /** A registration that nobody uses any more may be one that the authorization server has forgotten. */
  async #forgetRegistration({ issuer }: { readonly issuer: string }): Promise<void> {
    const { store, redirectUri } = this.#parts;
    const isUsed = store.records.some((record) => record.issuer === issuer);
    if (!isUsed && store.registration(issuer, redirectUri()) !== undefined)
      await store.forgetRegistration({ issuer, redirectUri: redirectUri() });
  }

  #tokenParts(server: HttpServer): TokenParts {
    const { read, clock } = this.#parts;
    return { server, fetch: guardedFetch(server), read, now: () => clock.now() };
  }
}

function whoseOf({ id, auth }: HttpServer, clientId: string): Whose {
  return { serverId: id, clientId: auth?.per === 'client' ? clientId : null };
}

/** @throws SignInError where the client does not fit */
function checkedWhose(server: HttpServer, clientId: string | null): Whose {
  const { id, auth } = server;
  if (auth?.per === 'client' && clientId === null)
    throw new SignInError(
      `Each client signs in to server "${id}" by itself: name one (lmcp login ${id} --client <id>).`,
    );
  if (auth?.per !== 'client' && clientId !== null)
    throw new SignInError(
      `All clients share the sign-in to server "${id}": leave --client out, or set servers.${id}.auth.per: client.`,
    );
  return whoseOf(server, clientId ?? '');
}
