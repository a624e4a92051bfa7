import { hash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { dropOldest } from '../../dropOldest.ts';
import { secretKey } from '../secretKey.ts';
import { newTokenOf } from './tokenKinds.ts';

/** An application fetches its tokens immediately. */
const codeMs = 60_000;
/** So long a code is known as used, so that a second use is seen. */
const usedMs = 10 * 60_000;
/** Only an administrator makes codes. */
const maxCodes = 256;

/** What a code stands for. */
export interface CodeGrant {
  /** Of the authorization that comes of it: names it in the audit log; no secret. */
  readonly id: string;
  readonly clientId: string;
  readonly appId: string;
  readonly appName: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly audience: string;
  /** When the authorization ends, in ms since 1970; null: until it is revoked. */
  readonly expiresAt: number | null;
}

interface Held {
  readonly grant: CodeGrant;
  readonly madeAt: number;
  used: boolean;
}

export type Exchange =
  | { readonly kind: 'ok'; readonly grant: CodeGrant }
  | { readonly kind: 'invalid' }
  /** A code is used a second time: what came of the first use ends (RFC 6749, section 4.1.2). */
  | { readonly kind: 'reused'; readonly grant: CodeGrant };

export interface Presented {
  readonly code: string;
  readonly appId: string;
  readonly redirectUri: string | undefined;
  readonly verifier: string;
}

/** Authorization codes: in memory alone, each good for one try within a minute. */
export class AuthorizationCodes {
  readonly #clock: Clock;
  readonly #codes = new Map<string, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(grant: CodeGrant): string {
    const now = this.#clock.monotonic();
    for (const [key, { madeAt }] of this.#codes) if (now - madeAt > usedMs) this.#codes.delete(key);
    const code = newTokenOf('code');
    this.#codes.set(secretKey(code), { grant, madeAt: now, used: false });
    dropOldest(this.#codes, maxCodes);
    return code;
  }

  /** Any presented code is used up, right or wrong the rest. */
  exchange({ code, appId, redirectUri, verifier }: Presented): Exchange {
    const held = this.#codes.get(secretKey(code));
    if (held === undefined) return { kind: 'invalid' };
    const { grant, madeAt } = held;
    if (held.used) return { kind: 'reused', grant };
    held.used = true;
    const fits =
      this.#clock.monotonic() - madeAt <= codeMs &&
      appId === grant.appId &&
      (redirectUri === undefined || redirectUri === grant.redirectUri) &&
      isVerifier(verifier, grant.challenge);
    return fits ? { kind: 'ok', grant } : { kind: 'invalid' };
  }
}

/** RFC 7636, sections 4.1 and 4.6. */
function isVerifier(verifier: string, challenge: string): boolean {
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return false;
  const made = Buffer.from(hash('sha256', verifier, 'base64url'));
  const wanted = Buffer.from(challenge);
  return made.length === wanted.length && timingSafeEqual(made, wanted);
}
