/** Whether a bind address stays on this machine: the three that `lmcp.host` may be while `loopback_only` is true. */
export function isLoopbackHost(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || host === 'localhost';
}

/**
 * Whether a URL leads to this machine: localhost, 127.0.0.0/8, ::1, or host.docker.internal, a container's name for its
 * host. `URL` has written the address in its one canonical form by then (`127.1` and `0x7f000001` are `127.0.0.1`).
 */
export function isLoopbackUrl(url: URL): boolean {
  const host = url.hostname;
  return ['localhost', '[::1]', 'host.docker.internal'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
}
