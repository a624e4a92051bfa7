const names = new Set(['localhost', 'host.docker.internal', '[::1]']);
const ipv4 = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/**
 * Whether a URL's hostname means this machine by itself: no name that DNS could point elsewhere. `URL` has already
 * rewritten other spellings of an address (0x7f.1, 2130706433) to the usual one.
 */
export function isLoopbackHost(hostname: string): boolean {
  return names.has(hostname) || ipv4.test(hostname);
}
