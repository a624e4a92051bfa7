import type { Caller } from './caller.ts';
import { writeLarge } from '../../upstream/rpc/writeLarge.ts';

export interface Fingerprint {
  readonly hmac: string;
  readonly bytes: number;
}

/** HMAC and size of a part of the message; a promise for a large message alone. */
export function fingerprint(
  { client, trail, large }: Pick<Caller, 'client' | 'trail' | 'large'>,
  value: unknown,
): Fingerprint | Promise<Fingerprint> {
  if (large !== true) return trail.fingerprint(JSON.stringify(value));
  return writeLarge(client.id, value).then((parts) => trail.fingerprint(parts.join('')));
}
