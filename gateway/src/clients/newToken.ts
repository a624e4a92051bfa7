import { hash, randomBytes } from 'node:crypto';

export interface NewToken {
  /** 256 random bits in base64url: shown once, kept nowhere. */
  readonly token: string;
  /** Its SHA-256 in hexadecimal, as the registry keeps it. */
  readonly sha256: string;
}

export function newToken(): NewToken {
  const token = randomBytes(32).toString('base64url');
  return { token, sha256: hash('sha256', token, 'hex') };
}
