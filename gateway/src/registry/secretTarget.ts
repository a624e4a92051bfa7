import { isRecord } from '../json/isRecord.ts';

/** What decides where a server's secrets go: the origin, the program, the image. */
const targets = [
  'transport',
  'runtime',
  'command',
  'args',
  'cwd',
  'image',
  'image_digest',
  'verify',
  'cosign',
  'entrypoint',
] as const;

/** Two definitions of a server give their secrets to the same target when this is the same. */
export function secretTargetOf(server: Readonly<Record<string, unknown>>): string {
  const url = typeof server['url'] === 'string' ? (URL.parse(server['url'])?.origin ?? server['url']) : null;
  // A client secret goes to the authorization server.
  const issuer = isRecord(server['auth']) ? (server['auth']['issuer'] ?? null) : null;
  return JSON.stringify([url, ...targets.map((key) => server[key] ?? null), issuer]);
}
