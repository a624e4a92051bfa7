import type { Reason } from '../policy/reasons.ts';

export interface Listening {
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

const localNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Is this request meant for this gateway, and not sent by a web page of somebody else (DNS rebinding, CSRF)? Exact strings
 * only: nothing is parsed, so nothing can be parsed differently from how a browser does.
 * @param hosts every Host header of the request; a request has exactly one (RFC 9112 section 3.2)
 */
export function checkHost(listening: Listening, hosts: readonly string[]): Reason | undefined {
  const [host, ...others] = hosts;
  if (host === undefined || others.length > 0) return 'host_not_allowed';
  return localHosts(listening.port).includes(host) || listening.allowedHosts.includes(host)
    ? undefined
    : 'host_not_allowed';
}

/** A request without Origin does not come from a web page; one with it must name this gateway or an allowed origin. */
export function checkOrigin(listening: Listening, origins: readonly string[]): Reason | undefined {
  const allowed = [
    ...localHosts(listening.port).map((host) => `http://${host}`),
    ...listening.allowedOrigins,
  ];
  return origins.every((origin) => allowed.includes(origin)) && origins.length <= 1
    ? undefined
    : 'origin_not_allowed';
}

/** Browsers leave out the port where it is HTTP's own. */
function localHosts(port: number): string[] {
  return localNames.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
}
