/** The paths that are resources of their own: a token for one is of no use at another. */
const resourcePath = /^\/(?:mcp(?:\/[^/?#]+)?|sse(?:\/[^/?#]+)?)$/;

/** What `/mcp` is to an authorization: all of the gateway's MCP. */
const wholeGateway = '/mcp';

/**
 * The path that an authorization is for, from `resource` (RFC 8707): all of MCP where it is absent, names the origin alone, `/mcp`
 * or `/sse`; one server where it names `/mcp/<server>`. Undefined for a resource that is not of this gateway.
 * @param isOurs whether a Host is one of this gateway
 */
export function audienceOf(
  resource: string | undefined,
  isOurs: (host: string) => boolean,
): string | undefined {
  if (resource === undefined) return wholeGateway;
  if (!URL.canParse(resource)) return undefined;
  const { protocol, host, pathname, search, hash, username, password } = new URL(resource);
  if (!['http:', 'https:'].includes(protocol) || !isOurs(host)) return undefined;
  if (username !== '' || password !== '' || hash !== '' || search !== '') return undefined;
  const path = pathname.replace(/\/$/, '');
  if (path === '' || path === '/sse') return wholeGateway;
  if (!resourcePath.test(path)) return undefined;
  return path.replace(/^\/sse\//, '/mcp/');
}

/** The resource that a request's path belongs to (RFC 9728, section 3): what an unauthenticated client is told to ask for. */
export function resourceOf(path: string): string {
  const plain = path.replace(/\/$/, '');
  return resourcePath.test(plain) ? plain : wholeGateway;
}

/** Whether a token for `audience` is good for a request to `path`; the older transport posts to `/messages`, its stream was checked. */
export function covers(audience: string, path: string): boolean {
  if (audience === wholeGateway) return true;
  const plain = path.replace(/\/$/, '');
  return plain === audience || plain === audience.replace(/^\/mcp\//, '/sse/') || plain === '/messages';
}
