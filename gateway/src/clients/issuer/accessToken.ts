import type { JWTPayload, JWTVerifyResult } from 'jose';
import type { OAuthIssuer } from '../../registry/types.ts';
import type { IssuerKeys } from './issuerKeys.ts';

/** Why a token is not accepted, for the log: the name of a claim, or one of these. */
export type TokenFault = 'malformed' | 'algorithm' | 'key' | 'signature' | 'kind' | 'expired' | (string & {});

export type CheckedToken =
  | { readonly ok: true; readonly claims: JWTPayload & { readonly sub: string; readonly exp: number } }
  | { readonly ok: false; readonly fault: TokenFault };

export interface Checking {
  readonly issuer: OAuthIssuer;
  readonly keys: Pick<IssuerKeys, 'find'>;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Whether the token was issued for what is asked, by one value of its `aud`. */
  readonly isForThis: (audience: string) => boolean;
}

/** Of a key pair alone: with a shared secret anyone who knows the public keys could sign. */
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');
/** `JWT` and none are usual (Keycloak, Entra ID); RFC 9068, section 2.1, has the others. */
const kinds = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);
/** Those of ID tokens (OpenID Connect Core, sections 2 and 3.3.2.11) and of logout tokens: no access tokens. */
const claimsOfOthers = ['nonce', 'at_hash', 'c_hash', 'events'] as const;
/** Clocks differ; seconds. */
const tolerance = 30;

/** Whether a token looks like one that an issuer signed: three parts, the first of them a JSON object. */
export function isSignedToken(token: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

/** Checks an access token of the issuer (RFC 9068, section 4; RFC 8725). @throws DocumentError: its keys cannot be had */
export async function checkAccessToken(token: string, checking: Checking): Promise<CheckedToken> {
  const { errors } = await import('jose');
  try {
    const { payload, protectedHeader } = await verified(token, checking);
    const { sub = '', exp = 0, aud = [] } = payload;
    if (!kinds.has(protectedHeader.typ?.toLowerCase()) || isOfOtherKind(payload))
      return { ok: false, fault: 'kind' };
    if (![aud].flat().some((one) => typeof one === 'string' && checking.isForThis(one)))
      return { ok: false, fault: 'aud' };
    return sub === '' ? { ok: false, fault: 'sub' } : { ok: true, claims: { ...payload, sub, exp } };
  } catch (error) {
    if (error instanceof errors.JOSEError) return { ok: false, fault: faultOf(error) };
    throw error;
  }
}

async function verified(token: string, { issuer, keys, now }: Checking): Promise<JWTVerifyResult> {
  const { jwtVerify, errors } = await import('jose');
  const options = {
    algorithms,
    issuer: issuer.url,
    clockTolerance: tolerance,
    currentDate: new Date(now),
    requiredClaims: ['exp', 'sub', 'aud'],
  };
  try {
    return await jwtVerify(token, await keys.find(issuer), options);
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    return jwtVerify(token, await keys.find(issuer, { renew: true }), options);
  }
}

function isOfOtherKind(claims: JWTPayload): boolean {
  const { typ } = claims;
  return claimsOfOthers.some((name) => name in claims) || (typeof typ === 'string' && typ !== 'Bearer');
}

function faultOf(error: { readonly code: string; readonly claim?: unknown }): TokenFault {
  if (error.code === 'ERR_JWT_EXPIRED') return 'expired';
  if (typeof error.claim === 'string') return error.claim;
  return faults[error.code] ?? 'malformed';
}

const faults: Readonly<Record<string, TokenFault>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm',
  ERR_JWKS_NO_MATCHING_KEY: 'key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'key',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature',
};
