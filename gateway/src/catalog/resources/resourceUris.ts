/** Which resource of which server a URI stands for. */
export interface ResourceAddress {
  readonly serverId: string;
  /** As the server knows it. */
  readonly uri: string;
}

const scheme = 'lmcp:';
/** What may follow the first slash so that the whole is a URI (RFC 3986, sections 3.3 to 3.5), or a template of one (RFC 6570). */
const embeddable =
  /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~!$&'()*+,;=:@/?{}|^-]|%[0-9A-Fa-f]{2}|#(?=[^#]*$))*$/;
/** Begins what could not be embedded as it is; no URI begins so. */
const encodedMark = '~';

/**
 * The URI under which a server's resource (or template of resources) is offered among those of all servers:
 * `lmcp:<server>/<its own URI>`. The server's URI stays readable and unchanged, so that a template of it can be filled in and
 * still be taken apart; what would not make a valid URI is percent-encoded as a whole, behind a `~`.
 * @returns undefined for text that no URI can carry (lone surrogates)
 */
export function exposedUri({ serverId, uri }: ResourceAddress): string | undefined {
  if (embeddable.test(uri)) return `${scheme}${serverId}/${uri}`;
  return uri.isWellFormed() ? `${scheme}${serverId}/${encodedMark}${encodeURIComponent(uri)}` : undefined;
}

/** Takes an offered URI apart; undefined for any other. */
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
