import { hash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { dropOldest } from '../../dropOldest.ts';
import type { Client, OAuthIssuer, Registry } from '../../registry/types.ts';
import { DocumentError } from '../../upstream/http/exchange/fetchJson.ts';
import { checkAccessToken, type TokenFault } from './accessToken.ts';
import { clientIdOf, type Claims } from './claims.ts';
import { IssuerKeys } from './issuerKeys.ts';

export type Identified =
  | {
      readonly kind: 'client';
      readonly client: Client;
      readonly holder: string;
      readonly subject: string;
    }
  | { readonly kind: 'rejected'; readonly fault: TokenFault }
  /** The token is good, and nobody's in the registry. */
  | { readonly kind: 'unknown_subject'; readonly subject: string }
  | { readonly kind: 'unreachable'; readonly why: string };

/** A person who has shown a good token: what is open in their name goes by what the newest of them says. */
interface Holder {
  readonly claims: Claims;
  /** Milliseconds since the Unix epoch. */
  readonly endsAt: number;
}

const maxHolders = 1_000;
const sweepMs = 60_000;
/** What is open stays for so long after a person's last token has expired: applications renew theirs when they next call. */
const graceMs = 60 * 60_000;

/** Clients by the access tokens of an issuer (`lmcp.oauth.issuer`): LMCP is a resource server of it, and knows none of its secrets. */
export class IssuerTokens {
  readonly #clock: Clock;
  readonly #keys: IssuerKeys;
  /** By what {@link holderOf} makes of issuer and subject. */
  readonly #holders = new Map<string, Holder>();
  readonly #onEnd: (() => void)[] = [];
  #sweeping: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#keys = new IssuerKeys(clock);
  }

  /** Whose token it is. @param isForThis whether one value of `aud` is this gateway, for what is asked */
  async identify(
    { settings, clients }: Registry,
    token: string,
    isForThis: (audience: string) => boolean,
  ): Promise<Identified> {
    const { oauthIssuer: issuer } = settings;
    if (issuer === null) return { kind: 'rejected', fault: 'iss' };
    const now = this.#clock.now();
    const own = issuer.audience;
    const checking = {
      issuer,
      keys: this.#keys,
      now,
      isForThis: own === undefined ? isForThis : (audience: string) => audience === own,
    };
    try {
      const checked = await checkAccessToken(token, checking);
      if (!checked.ok) return { kind: 'rejected', fault: checked.fault };
      const { claims } = checked;
      const client = clients.get(clientIdOf(claims, issuer) ?? '');
      const holder = holderOf(issuer, claims.sub);
      this.#remember(holder, { claims, endsAt: claims.exp * 1000 + graceMs }, client?.id, issuer);
      return client === undefined
        ? { kind: 'unknown_subject', subject: claims.sub }
        : { kind: 'client', client, holder, subject: claims.sub };
    } catch (error) {
      if (error instanceof DocumentError) return { kind: 'unreachable', why: error.message };
      throw error;
    }
  }

  /** Whether what a person has opened as a client may stay open, by what the registry says now. */
  holds({ settings }: Registry, holder: string, clientId: string): boolean {
    const { oauthIssuer: issuer } = settings;
    const known = this.#holders.get(holder);
    if (issuer === null || known === undefined || known.endsAt <= this.#clock.now()) return false;
    const sub = String(known.claims['sub']);
    return holderOf(issuer, sub) === holder && clientIdOf(known.claims, issuer) === clientId;
  }

  /** Somebody is known no longer. */
  onEnd(listener: () => void): void {
    this.#onEnd.push(listener);
  }

  /** An older token that is shown later changes nothing; one that says something else of a person ends what was opened before. */
  #remember(holder: string, entry: Holder, clientId: string | undefined, issuer: OAuthIssuer): void {
    const before = this.#holders.get(holder);
    if (before === undefined ? clientId === undefined : before.endsAt > entry.endsAt) return;
    this.#holders.delete(holder);
    if (clientId !== undefined) this.#holders.set(holder, entry);
    dropOldest(this.#holders, maxHolders);
    this.#sweeping ??= setInterval(() => this.#sweep(), sweepMs).unref();
    if (before !== undefined && clientIdOf(before.claims, issuer) !== clientId) this.#end();
  }

  #sweep(): void {
    const now = this.#clock.now();
    const ended = [...this.#holders].filter(([, { endsAt }]) => endsAt <= now);
    for (const [holder] of ended) this.#holders.delete(holder);
    if (ended.length > 0) this.#end();
    if (this.#holders.size > 0) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }

  #end(): void {
    for (const listener of this.#onEnd) listener();
  }
}

/** A subject is unique within its issuer alone (OpenID Connect Core, section 2). */
function holderOf({ url, audience }: OAuthIssuer, subject: string): string {
  return hash('sha256', JSON.stringify([url, audience, subject]), 'base64url');
}
