import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { mayConnect, type Whereabouts } from '../../../addresses/loopbackOnly.ts';
import { guardedLookup } from './guardedLookup.ts';
import { isLoopbackHost } from './loopback.ts';

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

/** Whether a URL may be asked, by what it alone says; what a name means is decided once it is resolved (guardedLookup). */
export function mayAsk(whereabouts: Whereabouts, { protocol, hostname }: URL): boolean {
  const { remote, loopbackOnly, allowPrivate } = whereabouts;
  if (!remote) return !loopbackOnly || isLoopbackHost(hostname);
  const address = hostname.replace(/^\[|\]$/g, '');
  // A literal address is not looked up.
  return (
    protocol === 'https:' &&
    (isIP(address) === 0 ||
      mayConnect({ loopbackOnly, remote, allowPrivate, hostname, address, engineGateways: [] }))
  );
}

/**
 * One HTTP request, over a connection to an address that was checked. Redirects are given, not followed.
 * @throws Node's error, ForbiddenAddressError; resolves with any status, the body unread
 */
export function pinnedRequest(
  whereabouts: Whereabouts,
  url: URL,
  call: HttpCall,
  agents: Agents,
): Promise<IncomingMessage> {
  const { method, headers, body, signal } = call;
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? https : http).request(url, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: secure ? agents.https : agents.http,
      lookup: guardedLookup(whereabouts),
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
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
