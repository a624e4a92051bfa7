import { createHash } from 'node:crypto';

/** Names a text of the registry: the first 12 hexadecimal digits of its SHA-256. */
export function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
