import type { AuthorizationServer } from 'oauth4webapi';
import { z } from 'zod';
import { issuerMetadataUrls } from '../../addresses/issuerMetadata.ts';
import type { HttpServer } from '../../registry/types.ts';
import { isHttpsOrLoopback } from '../../addresses/loopbackHost.ts';
import type { GuardedFetch } from '../guardedFetch.ts';
import { oauthLibrary } from '../oauthLibrary.ts';
import { SignInError } from '../signInError.ts';
import type { Challenge } from './challenge.ts';
import { coversResource, resourceMetadataUrls, resourceOf, sameIssuer } from './wellKnown.ts';

/** Where a server has its clients sign in, and for what. */
export interface Discovered {
  readonly authorizationServer: AuthorizationServer;
  /** The parameter `resource` (RFC 8707). */
  readonly resource: string;
  /** What to ask for, where the registry does not say it; undefined: nothing. */
  readonly scopes: readonly string[] | undefined;
}

/** RFC 9728, section 2. */
const resourceMetadata = z.object({
  resource: z.string(),
  authorization_servers: z.array(z.string()).optional(),
  scopes_supported: z.array(z.string()).optional(),
});
type ResourceMetadata = z.infer<typeof resourceMetadata>;

/**
 * Finds the authorization server of a server in the order of MCP 2025-11-25 (basic/authorization, "Authorization Server Discovery"),
 * with the fall-backs of 2025-03-26 for one without metadata of its own.
 * @throws SignInError
 */
export async function discover(
  server: HttpServer,
  challenge: Challenge,
  fetch: GuardedFetch,
): Promise<Discovered> {
  const found = await findResource(server, challenge, fetch);
  const issuer = issuerFor(server, found);
  const authorizationServer =
    issuer === undefined ? await atOrigin(server, fetch) : await readIssuer(server, issuer, fetch);
  requireUsable(server, authorizationServer);
  return {
    authorizationServer,
    resource: found?.resource ?? resourceOf(server.url),
    scopes: challenge.scopes ?? found?.scopes_supported,
  };
}

async function findResource(
  server: HttpServer,
  { resourceMetadata: named }: Challenge,
  fetch: GuardedFetch,
): Promise<ResourceMetadata | undefined> {
  if (named !== undefined) {
    const text = await documentAt(named, fetch);
    if (text === undefined)
      throw new SignInError(
        `Server "${server.id}" names ${originOf(named)} for its metadata, and there are none. Ask who runs it.`,
      );
    return checkedResource(server, text);
  }
  for (const url of resourceMetadataUrls(server.url)) {
    const text = await documentAt(url, fetch);
    if (text !== undefined) return checkedResource(server, text);
  }
  return undefined;
}

/** Metadata of another resource would have LMCP ask for tokens that are good elsewhere (RFC 9728, section 3.3). */
function checkedResource(server: HttpServer, document: unknown): ResourceMetadata {
  const read = resourceMetadata.safeParse(document);
  if (!read.success)
    throw new SignInError(
      `The metadata of server "${server.id}" are not those of RFC 9728. Ask who runs it.`,
    );
  if (coversResource(read.data.resource, server.url)) return read.data;
  throw new SignInError(
    `The metadata of server "${server.id}" are for another resource (${originOf(read.data.resource)}): LMCP does not sign in. ` +
      `Check servers.${server.id}.url in the registry.`,
  );
}

function issuerFor(server: HttpServer, found: ResourceMetadata | undefined): string | undefined {
  const named = found?.authorization_servers ?? [];
  const pinned = server.auth?.issuer;
  if (pinned === undefined) return named[0];
  if (named.length === 0 || named.some((one) => sameIssuer(one, pinned))) return pinned;
  throw new SignInError(
    `Server "${server.id}" signs in at ${named.map(originOf).join(', ')}, not at servers.${server.id}.auth.issuer: LMCP does not sign in. ` +
      'Change auth.issuer if you trust that authorization server.',
  );
}

async function readIssuer(
  server: HttpServer,
  issuer: string,
  fetch: GuardedFetch,
): Promise<AuthorizationServer> {
  const url = URL.parse(issuer);
  if (url === null)
    throw new SignInError(`Server "${server.id}" names an authorization server that is not a URL.`);
  const { processDiscoveryResponse } = await oauthLibrary();
  for (const at of issuerMetadataUrls(url)) {
    const document = await documentAt(at, fetch);
    if (document === undefined) continue;
    return processDiscoveryResponse(url, Response.json(document)).catch(() => {
      throw new SignInError(
        `The metadata at ${at} are not those of the issuer ${issuer} (RFC 8414 section 3.3): LMCP does not sign in there.`,
      );
    });
  }
  throw new SignInError(`${url.origin}, where server "${server.id}" signs in, has no metadata (RFC 8414).`);
}

/** MCP 2025-03-26, basic/authorization: the server's origin is the authorization server, with or without metadata. */
async function atOrigin(server: HttpServer, fetch: GuardedFetch): Promise<AuthorizationServer> {
  const { origin } = server.url;
  const [at = ''] = issuerMetadataUrls(new URL(origin));
  const document = await documentAt(at, fetch);
  if (document !== undefined) {
    const { processDiscoveryResponse } = await oauthLibrary();
    return processDiscoveryResponse(new URL(origin), Response.json(document)).catch(() => {
      throw new SignInError(
        `The metadata at ${at} are not those of the issuer ${origin} (RFC 8414 section 3.3).`,
      );
    });
  }
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    code_challenge_methods_supported: ['S256'],
  };
}

/**
 * The address that a person's browser is sent to must be one, and PKCE must be there (MCP 2025-11-25, "Authorization Code
 * Protection").
 */
function requireUsable(
  { id, auth }: HttpServer,
  { issuer, authorization_endpoint: page, code_challenge_methods_supported: methods }: AuthorizationServer,
): void {
  if (auth?.grant === 'client_credentials') return;
  const url = page === undefined ? null : URL.parse(page);
  if (!isHttpsOrLoopback(url))
    throw new SignInError(`${issuer} has no page where a person signs in to "${id}".`);
  if (methods?.includes('S256') !== true)
    throw new SignInError(
      `${issuer} does not support PKCE with S256 (code_challenge_methods_supported): LMCP does not sign in there.`,
    );
}

/** A JSON document, or undefined where there is none. @throws SignInError where the address is not asked, or nobody answers */
async function documentAt(url: string, fetch: GuardedFetch): Promise<unknown> {
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  if (response.status !== 200) return undefined;
  return response.json().catch(() => undefined);
}

function originOf(text: string): string {
  return URL.parse(text)?.origin ?? 'an invalid address';
}
