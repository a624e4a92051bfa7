import { isLoopbackHost } from '../../addresses/loopbackHost.ts';

/** The section of a new HTTP server: with `remote: true` where its URL leads to another machine by https. */
export function remoteOr<T extends { readonly url?: unknown }>(
  server: T,
): T | (T & { readonly remote: true }) {
  const url = typeof server.url === 'string' ? URL.parse(server.url) : null;
  return url?.protocol === 'https:' && !isLoopbackHost(url.hostname) ? { ...server, remote: true } : server;
}
