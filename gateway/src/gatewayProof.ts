import { createHmac, timingSafeEqual } from 'node:crypto';
import { dirname, join } from 'node:path';

/** Anybody on this machine may take a port that is free, and answer there as LMCP would: so tokens go to a program that holds this key alone. */
export const challengeHeader = 'x-lmcp-challenge';
export const proofHeader = 'x-lmcp-proof';

/** Beside the registry, mode 0600: who can read it can read the registry's tokens, too. */
export function gatewayKeyPath(registryPath: string): string {
  return join(dirname(registryPath), 'gateway.key');
}

const wellFormed = /^[A-Za-z0-9_-]{22,64}$/;

/**
 * What a gateway answers to a challenge; undefined for one that is malformed.
 * @param host the Host header, so that an answer is of no use at another address
 */
export function proofOf(key: Uint8Array, host: string, challenge: string): string | undefined {
  if (!wellFormed.test(challenge)) return undefined;
  return createHmac('sha256', key).update(`${host}\n${challenge}`).digest('base64url');
}

export function isProof(key: Uint8Array, host: string, challenge: string, given: unknown): boolean {
  const expected = proofOf(key, host, challenge);
  if (expected === undefined || typeof given !== 'string' || given.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
