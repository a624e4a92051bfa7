import { createHmac, timingSafeEqual } from 'node:crypto';
import { dirname, join } from 'node:path';

/**
 * Any program on this machine can listen on a free port and imitate LMCP, so tokens are only sent to a program that proves
 * that it has this key.
 */
export const challengeHeader = 'x-lmcp-challenge';
export const proofHeader = 'x-lmcp-proof';

/**
 * The Host of requests through the socket of a client (RFC 2606, section 2): a proof for it is of no use at an address. Other clients
 * may use their own socket, so one for any other Host would let them imitate the gateway there.
 */
export const clientSocketHost = 'client-socket.lmcp.invalid';

/** Beside the registry, mode 0600: a user who can read it can also read the registry's tokens. */
export function gatewayKeyPath(registryPath: string): string {
  return join(dirname(registryPath), 'gateway.key');
}

const wellFormed = /^[A-Za-z0-9_-]{22,64}$/;

/**
 * The gateway's answer to a challenge; undefined if that is malformed.
 * @param host the Host header, so that an answer is invalid at another address
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
