import type { Reason } from '../../policy/reasons.ts';

export type ForeignReason = Extract<Reason, 'host_not_allowed' | 'origin_not_allowed'>;

export interface Listening {
  readonly port: number;
  readonly tls: boolean;
  /** In lower case. */
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

const localNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Is this request meant for this gateway, and not sent by a web page of somebody else (DNS rebinding, CSRF)? Exact strings
 * only, but for the case of a host name (RFC 9110 section 4.2.3): nothing is parsed, so nothing can be parsed differently from how
 * a browser does.
 * @param hosts every Host header of the request; a request has exactly one (RFC 9112 section 3.2)
 */
export function checkHost(listening: Listening, hosts: readonly string[]): ForeignReason | undefined {
  const [given, ...others] = hosts;
  if (given === undefined || others.length > 0) return 'host_not_allowed';
  const host = withoutCase(given);
  return isLocal(host, listening) || isOnAnyPort(listening, host) || isNamed(listening, host)
    ? undefined
    : 'host_not_allowed';
}

/**
 * A request without Origin does not come from a web page; one with it must name this gateway or an allowed origin.
 * @param hosts as for `checkHost`: on a port that only a wildcard allows, the page must be of the same one
 */
export function checkOrigin(
  listening: Listening,
  origins: readonly string[],
  hosts: readonly string[],
): ForeignReason | undefined {
  const [origin, ...others] = origins;
  if (origin === undefined) return undefined;
  const scheme = listening.tls ? 'https://' : 'http://';
  const place = origin.slice(scheme.length);
  // By TLS, a page of a name in allowed_hosts can be that of the gateway alone: its certificate says so.
  const isAsked =
    (isOnAnyPort(listening, place) || (listening.tls && isNamed(listening, place))) &&
    place === withoutCase(hosts[0] ?? '');
  const isOfGateway = origin.startsWith(scheme) && (isLocal(place, listening) || isAsked);
  return others.length === 0 && (isOfGateway || listening.allowedOrigins.includes(origin))
    ? undefined
    : 'origin_not_allowed';
}

/** Letters of ASCII alone: no other character becomes one of a host name. */
function withoutCase(host: string): string {
  return host.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A wildcard is not a Host that anybody sends. */
function isNamed({ allowedHosts }: Listening, host: string): boolean {
  return allowedHosts.includes(host) && !host.endsWith('*');
}

/** `127.0.0.1:*` stands for every port of that name; loopback names alone can have it, which no page can claim by DNS. */
function isOnAnyPort({ allowedHosts }: Listening, host: string): boolean {
  return localNames.some(
    (name) =>
      allowedHosts.includes(`${name}:*`) && host.startsWith(`${name}:`) && isPort(host, name.length + 1),
  );
}

function isPort(host: string, from: number): boolean {
  const port = host.slice(from);
  return /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535;
}

/** Browsers leave out the port where it is the scheme's own. */
function isLocal(host: string, { port, tls }: Listening): boolean {
  const isUsual = port === (tls ? 443 : 80);
  return localNames.some((name) => host === `${name}:${port}` || (isUsual && host === name));
}
