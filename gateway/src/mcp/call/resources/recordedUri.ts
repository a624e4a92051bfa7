const maxLength = 200;

/** `scheme://`, credentials, host and port, path; RFC 3986, appendix B. */
const parts = /^([A-Za-z][A-Za-z0-9+.-]{0,30}):(?:\/\/([^/\\?#]*@)?([^/\\?#@]*)(.*))?/s;
const host = /^(?:[A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
/**
 * The part that is certainly a path: no query or fragment, not even percent-encoded, and no nested URL, which may contain
 * credentials.
 */
const path = /^(?:\/[A-Za-z]:(?=\/))?(?:\/@?(?:[\p{L}\p{N} ._~+-]|%20|%[89A-Fa-f][0-9A-Fa-f])*)*/u;

/**
 * A URI for the log: only its scheme, host and path, shortened; `…` replaces everything else. A scheme without an authority
 * (data:, mailto:, jdbc:) may contain anything.
 */
export function recordedUri(uri: string): string {
  const [, scheme, credentials, authority, rest = ''] = parts.exec(uri) ?? [];
  if (scheme === undefined) return '…';
  if (authority === undefined || !host.test(authority)) return `${scheme}:…`;
  const shown = plainPath(rest);
  const bare = `${scheme}://${credentials === undefined ? '' : '…@'}${authority}${shown}`;
  if (bare.length > maxLength) return `${bare.slice(0, maxLength).toWellFormed()}…`;
  return shown === rest ? bare : `${bare}…`;
}

function plainPath(text: string): string {
  return path.exec(text)?.[0] ?? '';
}
