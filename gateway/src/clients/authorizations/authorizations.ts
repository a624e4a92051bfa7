import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { CodeGrant } from './authorizationCodes.ts';
import {
  authorizationsPath,
  readAuthorizations,
  writeAuthorizations,
  type StoredAuthorization,
  type StoredToken,
} from './authorizationsFile.ts';
import { secretKey } from '../secretKey.ts';
import { RefreshTokens } from './refreshTokens.ts';
import { newTokenOf } from './tokenKinds.ts';

/** Short: a leaked one is soon of no use; a client renews it unasked. */
const accessMs = 60 * 60_000;
/** A refresh token that nobody uses ends. */
const refreshMs = 90 * 24 * 60 * 60_000;
/** Windows of one application share a refresh token and may use it at the same moment: a second use so soon is no theft. */
const leewayMs = 30_000;
/** Of one authorization and kind; used ones go first, then the oldest. */
const maxTokens = 32;
const maxAuthorizations = 1_000;

export interface IssuedTokens {
  readonly access: string;
  readonly refresh: string;
  readonly expiresS: number;
}

/** Who presents an access token. */
export interface Authorized {
  readonly id: string;
  readonly clientId: string;
  readonly audience: string;
}

export type Renewal =
  | { readonly kind: 'ok'; readonly authorization: Authorized; readonly tokens: IssuedTokens }
  | { readonly kind: 'invalid' }
  /** An old refresh token came again: somebody else has it, and the authorization has ended. */
  | { readonly kind: 'reused'; readonly authorization: Authorized };

/**
 * The applications that may act as clients, each with its access and refresh tokens (OAuth 2.1, sections 1.4 and 4.3). Of tokens
 * only digests are kept. What is issued or ended is on the disk before it is answered.
 */
export class Authorizations {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #refreshTokens: RefreshTokens;
  #onEnd: () => void = () => undefined;
  readonly #all = new Map<string, StoredAuthorization>();
  /** The owner of a token, by its digest. */
  readonly #tokens = new Map<string, { readonly of: StoredAuthorization; readonly token: StoredToken }>();
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, clock: Clock, refreshTokens: RefreshTokens) {
    this.#path = path;
    this.#clock = clock;
    this.#refreshTokens = refreshTokens;
  }

  /** @param key a secret of the installation */
  static async open(
    registryPath: string,
    { key, clock, logger }: { readonly key: Uint8Array; readonly clock: Clock; readonly logger: Logger },
  ): Promise<Authorizations> {
    const path = await authorizationsPath(registryPath);
    const opened = new Authorizations(path, clock, new RefreshTokens(key));
    try {
      for (const one of await readAuthorizations(path)) opened.#hold(one);
    } catch (error) {
      logger.warn(
        `${path} cannot be read (${(error as Error).name}): applications that had signed in must sign in again. ` +
          'Restore it from a backup, or remove it',
      );
    }
    return opened;
  }

  /** Some have ended: what they opened is to be closed. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
  }

  /** Whom an access token is of; undefined when it has ended, or is none. */
  find(token: string): Authorized | undefined {
    const found = this.#valid('access', token);
    if (found === undefined) return undefined;
    found.of.last_used_at = this.#clock.now();
    return view(found.of);
  }

  /** Whether an authorization of the client still stands. */
  holds(id: string, clientId: string): boolean {
    const one = this.#all.get(id);
    return one?.client_id === clientId && !this.#hasEnded(one);
  }

  /** All that stand, the newest first. */
  list(): readonly StoredAuthorization[] {
    return [...this.#all.values()].filter((one) => !this.#hasEnded(one)).reverse();
  }

  get(id: string): Authorized | undefined {
    const one = this.#all.get(id);
    return one === undefined ? undefined : view(one);
  }

  /**
   * Undefined when the authorization was ended in the meantime: its code came a second time, or its client left the registry.
   * @param before what must have happened before anything is issued
   * @throws what that throws, or the file system's error; nothing is issued then
   */
  async begin(grant: CodeGrant, before: () => Promise<void>): Promise<IssuedTokens | undefined> {
    const one: StoredAuthorization = {
      id: grant.id,
      client_id: grant.clientId,
      app_id: grant.appId,
      app_name: grant.appName,
      audience: grant.audience,
      created_at: this.#clock.now(),
      expires_at: grant.expiresAt,
      last_used_at: null,
      tokens: [],
    };
    const [oldest] = this.#all.keys();
    if (this.#all.size >= maxAuthorizations && oldest !== undefined) this.#remove(oldest);
    this.#hold(one);
    try {
      await before();
    } catch (error) {
      this.#remove(one.id);
      throw error;
    }
    return this.#all.has(one.id) ? this.#issue(one) : undefined;
  }

  /**
   * Exchanges a refresh token for new tokens: each is good once.
   * @param before what must have happened before anything is issued
   * @throws what that throws, or the file system's error; nothing is issued then
   */
  async renew(
    refresh: string,
    appId: string,
    before: (authorization: Authorized) => Promise<void>,
  ): Promise<Renewal> {
    const token = this.#valid('refresh', refresh)?.token;
    const one = this.#ofRefreshToken(refresh);
    if (one?.app_id !== appId) return { kind: 'invalid' };
    const now = this.#clock.now();
    if (token === undefined || (token.used_at !== undefined && now - token.used_at > leewayMs)) {
      await this.revoke(one.id);
      return { kind: 'reused', authorization: view(one) };
    }
    await before(view(one));
    if (!this.#all.has(one.id)) return { kind: 'invalid' };
    token.used_at ??= now;
    return { kind: 'ok', authorization: view(one), tokens: await this.#issue(one) };
  }

  /** The authorization that a token of either kind belongs to, also one that was used. */
  ownerOf(token: string): Authorized | undefined {
    const one = this.#tokens.get(secretKey(token))?.of ?? this.#ofRefreshToken(token);
    return one === undefined ? undefined : view(one);
  }

  /** Ends it immediately, its tokens with it. False where there is none. @throws the file system's error; in memory it has ended */
  async revoke(id: string): Promise<boolean> {
    if (!this.#remove(id)) return false;
    this.#onEnd();
    await this.#save();
    return true;
  }

  /** Ends those of clients that have left the registry: another client may get such a name. */
  async keepOnly(clients: { has(id: string): boolean }): Promise<void> {
    const gone = [...this.#all.values()].filter(({ client_id: id }) => !clients.has(id));
    if (gone.length === 0) return;
    for (const { id } of gone) this.#remove(id);
    this.#onEnd();
    await this.#save();
  }

  /** Writes when each was last used, and waits for what is being written. */
  async close(): Promise<void> {
    if (this.#all.size > 0) await this.#save().catch(() => undefined);
    await this.#writing.catch(() => undefined);
  }

  async #issue(one: StoredAuthorization): Promise<IssuedTokens> {
    const now = this.#clock.now();
    const access = newTokenOf('access');
    const refresh = this.#refreshTokens.issue({ authorizationId: one.id, issuedAt: now });
    const made: StoredToken[] = [
      { kind: 'access', digest: secretKey(access), expires_at: this.#until(one, now + accessMs) },
      { kind: 'refresh', digest: secretKey(refresh), expires_at: this.#until(one, now + refreshMs) },
    ];
    const held = [...one.tokens.filter(({ expires_at: end }) => end > now), ...made];
    for (const { digest } of one.tokens) this.#tokens.delete(digest);
    const tokensOf = (kind: StoredToken['kind'], isUsed: boolean): StoredToken[] =>
      held.filter((token) => token.kind === kind && (token.used_at !== undefined) === isUsed);
    const refreshTokens = [...tokensOf('refresh', true), ...tokensOf('refresh', false)];
    one.tokens = [tokensOf('access', false), refreshTokens].flatMap((some) => some.slice(-maxTokens));
    this.#index(one);
    await this.#save();
    return { access, refresh, expiresS: Math.floor(((made[0]?.expires_at ?? now) - now) / 1000) };
  }

  #until({ expires_at: end }: StoredAuthorization, wanted: number): number {
    return end === null ? wanted : Math.min(end, wanted);
  }

  #valid(
    kind: StoredToken['kind'],
    token: string,
  ): { readonly of: StoredAuthorization; readonly token: StoredToken } | undefined {
    const found = this.#tokens.get(secretKey(token));
    if (found?.token.kind !== kind || this.#clock.now() >= found.token.expires_at) return undefined;
    return found;
  }

  /** The authorization of a refresh token that has not expired, also of one that is no longer held. */
  #ofRefreshToken(token: string): StoredAuthorization | undefined {
    const held = this.#valid('refresh', token);
    if (held !== undefined) return held.of;
    const facts = this.#refreshTokens.read(token);
    if (facts === undefined || this.#clock.now() >= facts.issuedAt + refreshMs) return undefined;
    const one = this.#all.get(facts.authorizationId);
    return one === undefined || this.#hasEnded(one) ? undefined : one;
  }

  #hasEnded({ expires_at: end }: StoredAuthorization): boolean {
    return end !== null && this.#clock.now() >= end;
  }

  #hold(one: StoredAuthorization): void {
    this.#all.set(one.id, one);
    this.#index(one);
  }

  #index(one: StoredAuthorization): void {
    for (const token of one.tokens) this.#tokens.set(token.digest, { of: one, token });
  }

  #remove(id: string): boolean {
    const one = this.#all.get(id);
    for (const { digest } of one?.tokens ?? []) this.#tokens.delete(digest);
    return this.#all.delete(id);
  }

  #save(): Promise<void> {
    const write = async (): Promise<void> => {
      for (const one of this.#all.values()) if (this.#hasEnded(one)) this.#remove(one.id);
      await writeAuthorizations(this.#path, [...this.#all.values()]);
    };
    this.#writing = this.#writing.catch(() => undefined).then(write);
    return this.#writing;
  }
}

function view({ id, client_id: clientId, audience }: StoredAuthorization): Authorized {
  return { id, clientId, audience };
}
