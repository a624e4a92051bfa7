import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** AES-256-GCM (NIST SP 800-38D): 32 bytes of key, 12 of nonce, which is never used twice. */
const algorithm = 'aes-256-gcm';
/** So that a text which was sealed for something else is not taken for this. */
const purpose = Buffer.from('lmcp sign-ins 1');

const sealedText = z.strictObject({
  lmcp_sign_ins: z.literal(1),
  nonce: z.base64url(),
  tag: z.base64url(),
  data: z.base64url(),
});

/** Encrypts a text and protects it against changes. */
export function seal(key: Uint8Array, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(purpose);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const [n, t, d] = [nonce, cipher.getAuthTag(), data].map((bytes) => bytes.toString('base64url'));
  return `${JSON.stringify({ lmcp_sign_ins: 1, nonce: n, tag: t, data: d })}\n`;
}

/** The text again; undefined where it was changed, or sealed by another key. */
export function unseal(key: Uint8Array, sealed: string): string | undefined {
  try {
    const { nonce, tag, data } = sealedText.parse(JSON.parse(sealed));
    const [n, t, d] = [nonce, tag, data].map((text) => Buffer.from(text, 'base64url'));
    if (n?.length !== 12 || t?.length !== 16 || d === undefined) return undefined;
    const decipher = createDecipheriv(algorithm, key, n, { authTagLength: 16 }).setAAD(purpose).setAuthTag(t);
    return Buffer.concat([decipher.update(d), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
