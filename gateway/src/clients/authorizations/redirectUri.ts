/** Longer ones are not registered. Characters. */
const maxLength = 512;
/** What a browser would not hand to a program of its own: pages, scripts, files. */
const browserSchemes = new Set([
  'about:',
  'blob:',
  'chrome:',
  'data:',
  'file:',
  'filesystem:',
  'ftp:',
  'http:',
  'javascript:',
  'vbscript:',
  'view-source:',
  'ws:',
  'wss:',
]);
const loopbackHosts = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Where an authorization code may be sent. */
export type RedirectKind =
  /** A program that listens on this machine (RFC 8252, section 7.3). */
  | 'loopback'
  /** A program that has registered a scheme of its own with the operating system (RFC 8252, section 7.1). */
  | 'scheme'
  /** A web site. */
  | 'site';

/**
 * What kind of redirect URI this is; undefined for one that codes are never sent to: not absolute, with a fragment or user name,
 * unencrypted to another machine, or of a scheme that a browser itself runs or shows.
 */
export function redirectKind(uri: string): RedirectKind | undefined {
  if (uri.length > maxLength || !/^[\x21-\x7e]+$/.test(uri) || uri.includes('#') || !URL.canParse(uri))
    return undefined;
  const { protocol, hostname, username, password } = new URL(uri);
  if (username !== '' || password !== '') return undefined;
  if (protocol === 'https:') return 'site';
  if (protocol === 'http:') return loopbackHosts.has(hostname) ? 'loopback' : undefined;
  return browserSchemes.has(protocol) ? undefined : 'scheme';
}

/**
 * Whether a request's redirect URI is a registered one: byte for byte (RFC 9700, section 2.1), but for the port of an address on
 * loopback, which a program learns only when it listens (RFC 8252, section 7.3).
 */
export function isRegistered(registered: readonly string[], requested: string): boolean {
  if (redirectKind(requested) === undefined) return false;
  return registered.some(
    (one) =>
      one === requested ||
      (redirectKind(one) === 'loopback' &&
        redirectKind(requested) === 'loopback' &&
        withoutPort(one) === withoutPort(requested)),
  );
}

function withoutPort(uri: string): string {
  const url = new URL(uri);
  url.port = '';
  return url.href;
}
