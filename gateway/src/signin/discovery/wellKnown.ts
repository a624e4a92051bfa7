/**
 * Where the metadata of a protected resource is looked for, in this order: with its path, then at the root (RFC 9728 section 3.1,
 * MCP 2025-11-25 basic/authorization).
 */
export function resourceMetadataUrls(resource: URL): string[] {
  const { origin } = resource;
  const path = resource.pathname.replace(/\/$/, '');
  const root = `${origin}/.well-known/oauth-protected-resource`;
  return path === '' ? [root] : [`${root}${path}${resource.search}`, root];
}

/** Whether a resource that metadata name is the one at this address: the same origin, and its path or one above. */
export function coversResource(named: string, server: URL): boolean {
  const resource = URL.parse(named);
  if (resource === null || resource.origin !== server.origin || resource.hash !== '') return false;
  const [path, wanted] = [resource.pathname, server.pathname].map((one) => `${one.replace(/\/$/, '')}/`);
  return path !== undefined && wanted !== undefined && wanted.startsWith(path);
}

/** The canonical URI of a server (MCP 2025-11-25 basic/authorization, RFC 8707 section 2): no query, no fragment, no lone slash. */
export function resourceOf({ origin, pathname }: URL): string {
  return pathname === '/' ? origin : `${origin}${pathname}`;
}

/** Whether two URLs of issuers name the same one: a slash after the host is none of its name. */
export function sameIssuer(one: string, other: string): boolean {
  return URL.parse(one)?.href === URL.parse(other)?.href;
}
