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

/** What else can make the same program run other code, or connect to another address, with its secrets. */
const surroundings = ['workdir', 'mounts', 'tmpfs', 'network', 'egress', 'extra_hosts'] as const;

/**
 * Variables that no program takes code, a file or an address from: those that end in the name of a secret, and a few of language
 * and log. Any other may do so: `NODE_OPTIONS`, `LD_PRELOAD`, `HTTPS_PROXY`, `SERVICE_URL`.
 */
const withoutEffect =
  /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD)$|(?:^|_)LOG_?LEVEL$|^(?:LANG|LC_[A-Z]+|TZ|NO_COLOR|FORCE_COLOR)$/;

/** Two definitions of a server give their secrets to the same target when this is the same. */
export function secretTargetOf(server: Readonly<Record<string, unknown>>): string {
  const url = typeof server['url'] === 'string' ? (URL.parse(server['url'])?.origin ?? server['url']) : null;
  // A client secret goes to the authorization server.
  const issuer = memberOf(server['auth'], 'issuer');
  return JSON.stringify([url, ...targets.map((key) => server[key] ?? null), issuer]);
}

/** Two definitions with the same target also keep their secrets from everybody else when this is the same. */
export function secretSurroundingsOf(server: Readonly<Record<string, unknown>>): string {
  const env = isRecord(server['env']) ? Object.entries(server['env']) : [];
  const variables = env.filter(([name]) => !withoutEffect.test(name)).sort(byName);
  // Who is believed to be the origin.
  const authority = memberOf(server['tls'], 'ca_file');
  return JSON.stringify([variables, ...surroundings.map((key) => server[key] ?? null), authority]);
}

function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) ? (value[key] ?? null) : null;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
