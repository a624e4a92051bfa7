/** The server and the resource that an exposed URI refers to. */
export interface ResourceAddress {
  readonly serverId: string;
  /** The server's own URI. */
  readonly uri: string;
}

const scheme = 'lmcp:';
/** Text that may follow the first slash in a valid URI (RFC 3986, sections 3.3 to 3.5) or template (RFC 6570). */
const embeddable =
  /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~!$&'()*+,;=:@/?{}|^-]|%[0-9A-Fa-f]{2}|#(?=[^#]*$))*$/;
/** Prefix of an encoded URI that could not be embedded unchanged; no URI starts with it. */
const encodedMark = '~';

/**
 * The exposed URI of a server's resource (or resource template): `lmcp:<server>/<its own URI>`. The server's URI stays readable
 * and unchanged, so that an expanded template can still be split; a URI that would not be valid there is percent-encoded as a
 * whole, after a `~`.
 * @returns undefined for text that can't be encoded in a URI (lone surrogates)
 */
export function exposedUri({ serverId, uri }: ResourceAddress): string | undefined {
  if (embeddable.test(uri)) return `${scheme}${serverId}/${uri}`;
  return uri.isWellFormed() ? `${scheme}${serverId}/${encodedMark}${encodeURIComponent(uri)}` : undefined;
}

/** Splits an exposed URI; returns undefined for any other. */
export function splitUri(exposed: string): ResourceAddress | undefined {
  const slash = exposed.indexOf('/');
  if (!exposed.startsWith(scheme) || slash <= scheme.length || slash === exposed.length - 1) return undefined;
  const serverId = exposed.slice(scheme.length, slash);
  const rest = exposed.slice(slash + 1);
  if (!rest.startsWith(encodedMark)) return { serverId, uri: rest };
  try {
    return { serverId, uri: decodeURIComponent(rest.slice(encodedMark.length)) };
  } catch {
    return undefined;
  }
}
