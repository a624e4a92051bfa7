import { createHash, timingSafeEqual } from 'node:crypto';
import type { EngineAddress } from '../upstream/container/docker/engine/engineAddress.ts';
import { secretHeader } from '../upstream/container/docker/engine/guardSecret.ts';

/** What a request must show before it is looked at. */
export interface Door {
  /** Exact values of the Host header. */
  readonly hosts: readonly string[];
  /** Shared by gateway and guard; undefined asks for none. */
  readonly secret: string | undefined;
}

/** Every value of each header, by its name in lower case (`IncomingMessage.headersDistinct`). */
export type DistinctHeaders = Readonly<Record<string, readonly string[] | undefined>>;

export interface DoorDenial {
  readonly status: 401 | 403 | 415;
  readonly reason: string;
}

/** The Host header of the gateway's own requests. No browser sends it: it would add the port, which is never HTTP's own. */
const engineHost = 'docker';

/** What Host may say to a guard that listens there: the gateway's own value, and what a command line's client sends. */
export function hostsOf(listen: EngineAddress): string[] {
  if ('socketPath' in listen) return [engineHost, 'localhost'];
  const { host, port } = listen;
  const names = ['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host];
  return [engineHost, ...names.map((name) => `${name}:${port}`)];
}

/** Why a request is denied whatever it asks for, undefined where it is not: web pages, other names, no secret. */
export function doorDenial(headers: DistinctHeaders, { hosts, secret }: Door): DoorDenial | undefined {
  const deny = (reason: string): DoorDenial => ({ status: 403, reason });
  if (headers['origin'] !== undefined) return deny('requests of web pages are denied (Origin)');
  if (Object.keys(headers).some((name) => name.startsWith('sec-fetch-'))) {
    return deny('requests of web pages are denied (Sec-Fetch)');
  }
  const [host, ...more] = headers['host'] ?? [];
  if (host === undefined || more.length > 0 || !hosts.includes(host)) {
    return deny('its Host header does not name this guard');
  }
  if (secret !== undefined && !carries(headers[secretHeader], secret)) {
    return {
      status: 401,
      reason: 'its secret is missing or wrong. Give gateway and guard the same LMCP_GUARD_SECRET_FILE',
    };
  }
  if (hasBody(headers) && !isJson(headers['content-type'])) {
    return { status: 415, reason: 'its body is not JSON by its Content-Type' };
  }
  return undefined;
}

/** In constant time for a given length of what was sent. */
function carries(given: readonly string[] | undefined, secret: string): boolean {
  const [value = '', ...more] = given ?? [];
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(value), digest(secret)) && more.length === 0;
}

function hasBody(headers: DistinctHeaders): boolean {
  const lengths = headers['content-length'] ?? [];
  return headers['transfer-encoding'] !== undefined || lengths.some((length) => length !== '0');
}

function isJson(types: readonly string[] | undefined): boolean {
  const [type = '', ...more] = types ?? [];
  return more.length === 0 && /^application\/json(?: *; *charset=utf-8)?$/i.test(type);
}

/** Why a guard may not listen there, undefined where it may. */
export function listenRejection(listen: EngineAddress, secret: string | undefined): string | undefined {
  if ('socketPath' in listen || secret !== undefined) return undefined;
  return (
    'The engine guard can’t listen on TCP without a secret: every user of the machine could use it. ' +
    'Set LMCP_GUARD_SECRET_FILE for guard and gateway, or listen on a Unix socket (LMCP_GUARD_LISTEN=unix:///path)'
  );
}
