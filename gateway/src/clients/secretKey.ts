import { hash } from 'node:crypto';

/**
 * What a secret of 256 random bits is kept and found by: its SHA-256, in base64url. How long finding it takes tells nothing about
 * such a secret.
 */
export function secretKey(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
