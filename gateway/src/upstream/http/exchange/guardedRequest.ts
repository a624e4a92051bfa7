import type { Agent } from 'undici';
import { UpstreamError } from '../../../errors.ts';
import type { HttpServer } from '../../../registry/types.ts';
import { ForbiddenAddressError } from './guardedLookup.ts';
import type { HttpAnswer } from './httpAnswer.ts';
import { mayAsk, pinnedRequest, type HttpCall } from './pinnedRequest.ts';
import { ProxyError } from './proxyTunnel.ts';
import { tlsFailure } from '../failure/tlsFailure.ts';

const maxRedirects = 3;
/** Nobody was there: not even a connection. */
const noConnection = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** No connection could be made: the server is gone, not just this request. */
export class UnreachableError extends UpstreamError {}

/**
 * One HTTP request to the server of the registry and to nobody else: a redirect is followed within the same origin only
 * (the headers carry credentials). With `loopback_only` nothing leaves this machine, wherever DNS points a name, but to a `remote`
 * server: by TLS alone, and to no address that is not public unless `allow_private` says so.
 * @throws UpstreamError; resolves with any status that is no redirect, its body unread
 */
export async function guardedRequest(
  server: HttpServer,
  url: URL,
  call: HttpCall,
  agent: Agent,
): Promise<HttpAnswer> {
  let target = url;
  for (let redirects = 0; ; redirects++) {
    if (!mayAsk(server, target)) throw forbidden(server);
    const response = await pinnedRequest(agent, target, call).catch((error: unknown) => {
      throw connectionError(server, error as NodeJS.ErrnoException);
    });
    const next = redirectOf(response, call.method);
    if (next === undefined) return response;
    response.body.resume();
    target = follow(server.id, target, next, redirects);
  }
}

/** RFC 9110, section 15.4; 303 would turn a POST into a GET, which no MCP message survives. */
function redirectOf({ status, headers }: HttpAnswer, method: string): string | undefined {
  const followed = method === 'GET' ? [301, 302, 303, 307, 308] : [301, 302, 307, 308];
  return followed.includes(status) ? headers.location : undefined;
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

function forbidden({ id, remote, allowPrivate }: HttpServer): UpstreamError {
  if (!remote) {
    const message = `Server "${id}" is not on this machine, and lmcp.loopback_only is on: LMCP does not connect to it.`;
    return new UpstreamError('unreachable', message);
  }
  const fix = allowPrivate
    ? 'allow_private does not cover it'
    : `if it is on your own network, set servers.${id}.allow_private: true`;
  const message = `The name of server "${id}" resolves to an address that is not public: LMCP does not connect to it; ${fix}.`;
  return new UpstreamError('unreachable', message);
}

function connectionError(server: HttpServer, error: NodeJS.ErrnoException): UpstreamError {
  if (error instanceof ForbiddenAddressError) return forbidden(server);
  const serverId = server.id;
  if (error instanceof ProxyError) {
    const message =
      `Server "${serverId}" can't be reached through the proxy ${error.proxy} of HTTPS_PROXY or HTTP_PROXY. ` +
      'Check the proxy, or name the host in NO_PROXY where LMCP was started.';
    return new UnreachableError('unreachable', message, error.message);
  }
  const detail = error.code ?? error.name;
  if (noConnection.has(detail)) {
    const message = `Server "${serverId}" can't be reached. Is it running at the address in servers.${serverId}.url?`;
    return new UnreachableError('unreachable', message, detail);
  }
  const secured = tlsFailure(serverId, detail);
  if (secured !== undefined) return new UnreachableError('unreachable', secured, detail);
  return new UpstreamError('unreachable', `The connection to server "${serverId}" broke.`, detail);
}
