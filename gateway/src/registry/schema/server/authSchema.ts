import { z } from 'zod';
import { isHttpsOrLoopback, isLoopbackHost } from '../../../addresses/loopbackHost.ts';
import { scopeSchema } from '../scopeSchema.ts';
import { markReferences } from '../../secrets/references.ts';
import type { HttpServer, ServerAuth } from '../../types.ts';
import type { RegistryPath } from '../../yaml/problem.ts';
import type { ReadContext } from '../read/readContext.ts';

const authSection = z.strictObject({
  type: z.literal('oauth').meta({ description: 'How LMCP signs in.', examples: ['oauth'] }),
  per: z.enum(['server', 'client']).optional().meta({
    description: 'One sign-in for all clients of LMCP, or one for each of them.',
    default: 'server',
  }),
  grant: z.enum(['authorization_code', 'client_credentials']).optional().meta({
    description: 'A person signs in in the browser, or LMCP by its own credentials.',
    default: 'authorization_code',
  }),
  client_id: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'LMCP as the authorization server knows it; without it LMCP registers itself.' }),
  client_secret: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Its secret, as `${secret:NAME}`.',
      examples: ['${secret:EXAMPLE_CLIENT_SECRET}'],
    }),
  client_key: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Its private key (PEM, PKCS #8) for `private_key_jwt`, as `${secret:NAME}`.',
      examples: ['${secret:EXAMPLE_CLIENT_KEY}'],
    }),
  client_metadata_url: z
    .string()
    .optional()
    .meta({
      description: 'A Client ID Metadata Document that describes LMCP: a public https URL.',
      examples: ['https://example.com/lmcp/client.json'],
    }),
  scopes: z
    .array(scopeSchema)
    .optional()
    .meta({ description: 'Scopes to ask for; where absent, those that the server names.' }),
  issuer: z
    .string()
    .optional()
    .meta({
      description: 'The only authorization server that LMCP signs in at.',
      examples: ['https://login.example.com'],
    }),
});

export const authSchema = z.union([z.literal('oauth'), authSection]).meta({
  description: 'How LMCP signs in to the server; `oauth` stands for `{type: oauth}`.',
  examples: ['oauth'],
});

type ReadAuth = z.infer<typeof authSchema>;

/** `servers.<id>.auth` with its defaults; what cannot work together is reported. */
export function buildAuth(
  raw: ReadAuth | undefined,
  server: Pick<HttpServer, 'scope' | 'headers'>,
  path: RegistryPath,
  context: ReadContext,
): ServerAuth | undefined {
  if (raw === undefined) return undefined;
  const read = raw === 'oauth' ? { type: raw } : raw;
  const at = [...path, 'auth'];
  const auth: ServerAuth = {
    per: read.per ?? 'server',
    grant: read.grant ?? 'authorization_code',
    ...(read.client_id !== undefined && { clientId: read.client_id }),
    ...secretPart('clientSecret', read.client_secret, [...at, 'client_secret'], context),
    ...secretPart('clientKey', read.client_key, [...at, 'client_key'], context),
    ...urlPart('clientMetadataUrl', read.client_metadata_url, [...at, 'client_metadata_url'], context),
    ...(read.scopes !== undefined && { scopes: read.scopes }),
    ...urlPart('issuer', read.issuer, [...at, 'issuer'], context),
  };
  checkTogether(auth, server, path, context);
  return auth;
}

function checkTogether(
  auth: ServerAuth,
  { scope: instances, headers }: Pick<HttpServer, 'scope' | 'headers'>,
  path: RegistryPath,
  { findings }: ReadContext,
): void {
  const at = [...path, 'auth'];
  const problem = (key: string, message: string, fix: string): void =>
    findings.problem([...at, key], message, fix);
  const secrets = [auth.clientSecret, auth.clientKey].filter((one) => one !== undefined).length;
  if (auth.per === 'client' && instances === 'shared')
    problem(
      'per',
      'all clients share the instance of this server',
      'write per: server, or remove scope: shared',
    );
  if (auth.clientId === undefined && secrets > 0)
    problem('client_id', 'a client secret or key belongs to a client_id', 'add client_id');
  if (auth.issuer === undefined && secrets > 0)
    problem(
      'issuer',
      'a client secret or key is for one authorization server, and the MCP server could name any',
      'add issuer: the URL of the authorization server where client_id is registered',
    );
  if (secrets > 1)
    problem('client_key', 'LMCP proves who it is in one way', 'remove client_secret or client_key');
  if (auth.grant === 'client_credentials' && (auth.clientId === undefined || secrets === 0))
    problem(
      'grant',
      'client_credentials needs credentials',
      'add client_id, and client_secret or client_key',
    );
  if (auth.grant === 'client_credentials' && auth.per === 'client')
    problem('per', 'no client of LMCP signs in with client_credentials', 'write per: server');
  if (auth.clientId !== undefined && auth.clientMetadataUrl !== undefined)
    problem('client_metadata_url', 'client_id says already who LMCP is', 'remove one of the two');
  if ([...headers.keys()].some((name) => name.toLowerCase() === 'authorization'))
    findings.problem(at, 'headers.Authorization holds credentials already', 'remove it, or auth');
}

/** What is secret is in the file of secrets, so that nothing that shows the registry can show it. */
function secretPart<K extends 'clientSecret' | 'clientKey'>(
  key: K,
  text: string | undefined,
  path: RegistryPath,
  context: ReadContext,
): Partial<Record<K, string>> {
  if (text === undefined) return {};
  if (!/^\$\{secret:[^}]*\}$/.test(text)) {
    context.findings.problem(
      path,
      'a secret must not be written here in plain text',
      'write `${secret:NAME}`, and run lmcp secret set NAME',
    );
    return {};
  }
  return { [key]: markReferences(text, path, context) } as Partial<Record<K, string>>;
}

function urlPart<K extends 'clientMetadataUrl' | 'issuer'>(
  key: K,
  text: string | undefined,
  path: RegistryPath,
  { findings }: ReadContext,
): Partial<Record<K, string>> {
  if (text === undefined) return {};
  const url = URL.parse(text);
  const fault =
    key === 'issuer'
      ? !isHttpsOrLoopback(url)
      : url?.protocol !== 'https:' || url.pathname === '/' || isLoopbackHost(url.hostname);
  if (fault || url === null || url.hash !== '' || url.username !== '') {
    const example = key === 'issuer' ? 'https://login.example.com' : 'https://example.com/lmcp/client.json';
    findings.problem(path, 'this is not an allowed https URL', `for example: ${example}`);
    return {};
  }
  return { [key]: text } as Partial<Record<K, string>>;
}
