import type { Reason } from '../../policy/reasons.ts';

export type ForeignReason = Extract<Reason, 'host_not_allowed' | 'origin_not_allowed'>;

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
export function checkHost(listening: Listening, hosts: readonly string[]): ForeignReason | undefined {
  const [host, ...others] = hosts;
  if (host === undefined || others.length > 0) return 'host_not_allowed';
  return isLocal(host, listening.port) || listening.allowedHosts.includes(host)
    ? undefined
    : 'host_not_allowed';
}

/** A request without Origin does not come from a web page; one with it must name this gateway or an allowed origin. */
export function checkOrigin(listening: Listening, origins: readonly string[]): ForeignReason | undefined {
  const [origin, ...others] = origins;
  if (origin === undefined) return undefined;
  const isOwn = origin.startsWith('http://') && isLocal(origin.slice('http://'.length), listening.port);
  return others.length === 0 && (isOwn || listening.allowedOrigins.includes(origin))
    ? undefined
    : 'origin_not_allowed';
}

/** Browsers leave out the port where it is HTTP's own. */
function isLocal(host: string, port: number): boolean {
  return localNames.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}
