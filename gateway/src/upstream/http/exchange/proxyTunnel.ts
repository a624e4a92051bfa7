import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { Whereabouts } from '../../../addresses/loopbackOnly.ts';
import { checkForProxy } from './guardedLookup.ts';
import { defaultPorts, proxyFor, type Environment } from './proxyFor.ts';

/** A proxy has to answer within; milliseconds. */
const patienceMs = 30_000;

/** The proxy of the environment opened no way to a server. */
export class ProxyError extends Error {
  /** Its host and port. */
  readonly proxy: string;
  constructor(proxy: URL, why: string) {
    super(why);
    this.proxy = proxy.host;
  }
}

/** Connects as `direct` does, through the proxy that the environment names for a destination. */
export function throughProxy(
  whereabouts: Whereabouts,
  direct: buildConnector.connector,
  env: Environment,
): buildConnector.connector {
  return (options, callback) => {
    const { protocol, hostname, port } = options;
    const target = URL.parse(`${protocol}//${hostname}:${port || defaultPorts[protocol]}`);
    const proxy = target === null ? undefined : proxyFor(target, env);
    if (target === null || proxy === undefined) {
      direct(options, callback);
      return;
    }
    void checkForProxy(whereabouts, hostname)
      .then(() => openTunnel(proxy, `${hostname}:${target.port || defaultPorts[protocol]}`))
      .then(
        (socket) => {
          if (protocol === 'https:') direct({ ...options, httpSocket: socket }, callback);
          else callback(null, socket);
        },
        (error: unknown) => callback(error as Error, null),
      );
  };
}

/** RFC 9110, section 9.3.6. @throws ProxyError */
function openTunnel(proxy: string, destination: string): Promise<Socket> {
  const url = URL.parse(proxy);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new ProxyError(new URL('http://invalid'), 'the proxy is not a URL of http or https');
  const credentials = [url.username, url.password].map(decodeURIComponent).join(':');
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || defaultPorts[url.protocol],
      method: 'CONNECT',
      path: destination,
      headers: {
        host: destination,
        ...(credentials !== ':' && { 'proxy-authorization': `Basic ${btoa(credentials)}` }),
      },
      agent: false,
      timeout: patienceMs,
    });
    const fail = (why: string): void => reject(new ProxyError(url, why));
    request.on('connect', ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) {
        resolve(socket.setTimeout(0));
        return;
      }
      socket.destroy();
      fail(`HTTP ${statusCode}`);
    });
    request.on('response', ({ statusCode = 0 }) => {
      request.destroy();
      fail(`HTTP ${statusCode}`);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', ({ code, message }: NodeJS.ErrnoException) => fail(code ?? message));
    request.end();
  });
}
