import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { UpstreamError } from '../../../errors.ts';
import { mayConnect, type Whereabouts } from '../../../addresses/loopbackOnly.ts';
import type { HttpServer } from '../../../registry/types.ts';
import { ForbiddenAddressError, guardedLookup } from './guardedLookup.ts';
import { isLoopbackHost } from './loopback.ts';
import { tlsFailure } from '../failure/tlsFailure.ts';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

const maxRedirects = 3;
/** Nobody was there: not even a connection. */
const noConnection = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** No connection could be made: the server is gone, not just this request. */
export class UnreachableError extends UpstreamError {}

/**
 * One HTTP request to the server of the registry and to nobody else: a redirect is followed within the same origin only
 * (the headers carry credentials). With `loopback_only` nothing leaves this machine, wherever DNS points a name, but to a `remote`
 * server: by TLS alone, and to no address that is not public unless `allow_private` says so. Proxy variables are not read.
 * @throws UpstreamError; resolves with any status that is no redirect, its body unread
 */
export async function guardedRequest(
  server: HttpServer,
  url: URL,
  call: HttpCall,
  agents: Agents,
): Promise<IncomingMessage> {
  let target = url;
  for (let redirects = 0; ; redirects++) {
    if (!mayAsk(server, target)) throw forbidden(server);
    const response = await request(server, target, call, agents);
    const next = redirectOf(response, call.method);
    if (next === undefined) return response;
    response.resume();
    target = follow(server.id, target, next, redirects);
  }
}

function request(server: HttpServer, url: URL, call: HttpCall, agents: Agents): Promise<IncomingMessage> {
  const { method, headers, body, signal } = call;
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? https : http).request(url, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: secure ? agents.https : agents.http,
      lookup: guardedLookup(server),
    });
    // Not the option `signal`: its error can hit a connection that has just become idle, where nobody catches it.
    const abort = (): void => void outgoing.destroy();
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    outgoing.once('close', () => signal.removeEventListener('abort', abort));
    outgoing.once('response', (response) => {
      // Errors surface to the reader; a body that nobody reads may fail without harm.
      response.on('error', () => undefined);
      resolve(response);
    });
    outgoing.on('error', (error) => reject(connectionError(server, error)));
    outgoing.end(body);
  });
}

/** RFC 9110, section 15.4; 303 would turn a POST into a GET, which no MCP message survives. */
function redirectOf({ statusCode, headers }: IncomingMessage, method: string): string | undefined {
  const followed = method === 'GET' ? [301, 302, 303, 307, 308] : [301, 302, 307, 308];
  return followed.includes(statusCode ?? 0) ? headers.location : undefined;
}

function follow(serverId: string, from: URL, location: string, redirects: number): URL {
  const target = URL.parse(location, from.href);
  if (target?.origin !== from.origin) {
    const message =
      `Server "${serverId}" redirects to another address, which LMCP does not follow. ` +
      `If that is where it lives now, write it into servers.${serverId}.url in the registry.`;
    throw new UpstreamError(
      'http_status',
      message,
      `redirect to ${target ? target.origin : 'an invalid address'}`,
    );
  }
  if (redirects >= maxRedirects) {
    throw new UpstreamError('http_status', `Server "${serverId}" redirects in circles.`);
  }
  return target;
}

/** By what the URL alone says; what a name means is decided once it is resolved (guardedLookup). */
function mayAsk(server: HttpServer, { protocol, hostname }: URL): boolean {
  if (!server.remote) return !server.loopbackOnly || isLoopbackHost(hostname);
  const address = hostname.replace(/^\[|\]$/g, '');
  // A literal address is not looked up.
  return (
    protocol === 'https:' &&
    (isIP(address) === 0 || mayConnect({ ...whereabouts(server), hostname, address, engineGateways: [] }))
  );
}

function whereabouts({ loopbackOnly, remote, allowPrivate }: HttpServer): Whereabouts {
  return { loopbackOnly, remote, allowPrivate };
}

function forbidden({ id, remote, allowPrivate }: HttpServer): UpstreamError {
  if (!remote) {
    const message = `Server "${id}" is not on this machine, and lmcp.loopback_only is on: it is not contacted.`;
    return new UpstreamError('unreachable', message);
  }
  const fix = allowPrivate
    ? 'allow_private does not cover it'
    : `if it is on your own network, set servers.${id}.allow_private: true`;
  const message = `The name of server "${id}" leads to an address that is not public: it is not contacted; ${fix}.`;
  return new UpstreamError('unreachable', message);
}

function connectionError(server: HttpServer, error: NodeJS.ErrnoException): UpstreamError {
  if (error instanceof ForbiddenAddressError) return forbidden(server);
  const serverId = server.id;
  const detail = error.code ?? error.name;
  if (noConnection.has(detail)) {
    const message = `Server "${serverId}" can't be reached. Is it running at the address in servers.${serverId}.url?`;
    return new UnreachableError('unreachable', message, detail);
  }
  const secured = tlsFailure(serverId, detail);
  if (secured !== undefined) return new UnreachableError('unreachable', secured, detail);
  return new UpstreamError('unreachable', `The connection to server "${serverId}" broke.`, detail);
}
