import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { newTokenOf, tokenPrefixes } from './tokenKinds.ts';

/** What a refresh token says of itself. */
export interface RefreshTokenFacts {
  readonly authorizationId: string;
  /** Ms since 1970. */
  readonly issuedAt: number;
}

const form = /^([\w-]{43}\.([\w-]{1,64})\.(\d{1,16}))\.([\w-]{43})$/;

/**
 * Refresh tokens that name their authorization, with a MAC: one that was used is recognised also after its digest was dropped, so
 * that many renewals do not hide that two parties have the authorization (RFC 9700, section 4.14.2).
 */
export class RefreshTokens {
  readonly #key: Uint8Array;

  /** @param installationKey a secret of the installation, 32 bytes */
  constructor(installationKey: Uint8Array) {
    this.#key = new Uint8Array(hkdfSync('sha256', installationKey, '', 'lmcp refresh tokens', 32));
  }

  issue({ authorizationId, issuedAt }: RefreshTokenFacts): string {
    const body = `${newTokenOf('refresh').slice(tokenPrefixes.refresh.length)}.${authorizationId}.${issuedAt}`;
    return `${tokenPrefixes.refresh}${body}.${this.#mac(body)}`;
  }

  /** Undefined for what this installation did not issue. */
  read(token: string): RefreshTokenFacts | undefined {
    if (!token.startsWith(tokenPrefixes.refresh)) return undefined;
    const [, body = '', authorizationId = '', issuedAt = '', mac = ''] =
      form.exec(token.slice(tokenPrefixes.refresh.length)) ?? [];
    const [expected, given] = [Buffer.from(this.#mac(body)), Buffer.from(mac)];
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return { authorizationId, issuedAt: Number(issuedAt) };
  }

  #mac(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('base64url');
  }
}
