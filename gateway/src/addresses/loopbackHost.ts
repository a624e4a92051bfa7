const names = new Set(['localhost', 'host.docker.internal', '[::1]']);
const ipv4 = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/**
 * Whether a URL's hostname means this machine by itself: localhost, 127.0.0.0/8, ::1, or host.docker.internal, a container's name
 * for its host; no name that DNS could point elsewhere. `URL` has already rewritten other spellings of an address (0x7f.1,
 * 2130706433) to the usual one.
 */
export function isLoopbackHost(hostname: string): boolean {
  return names.has(hostname) || ipv4.test(hostname);
}

/** Whether an address to listen at stays on this machine: the three that `lmcp.host` may be while `loopback_only` is true. */
export function isLoopbackBind(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || host === 'localhost';
}

/** Whether what is sent there cannot be read on the way: by https, or by http on this machine (RFC 8414, section 2). */
export function isHttpsOrLoopback(url: URL | null | undefined): url is URL {
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
}
