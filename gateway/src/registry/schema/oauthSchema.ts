import { z } from 'zod';
import type { OAuthIssuer, Settings } from '../types.ts';
import { isHttpsOrLoopback } from '../../addresses/loopbackHost.ts';
import { scopeSchema } from './scopeSchema.ts';
import { pemText } from './read/pemText.ts';
import type { ReadContext } from './read/readContext.ts';

const claim = z
  .string()
  .regex(/^[^\s"]{1,200}$/, 'this is not the name of a claim')
  .meta({ description: 'The name of a claim of the access token.', examples: ['email'] });

const mapEntry = z.strictObject({
  claim,
  value: z
    .string()
    .min(1)
    .max(512)
    .meta({
      description: 'What the claim has to be, or one of its values where it is a list.',
      examples: ['ada@example.com'],
    }),
  client: z
    .string()
    .min(1)
    .meta({ description: 'The client of the registry that its holder is.', examples: ['ada'] }),
});

const issuerSchema = z.strictObject({
  url: z.string().meta({
    description: 'The issuer, exactly as its metadata and its tokens name it.',
    examples: ['https://login.example.com/realms/team'],
  }),
  audience: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .meta({
      description: 'What `aud` of an access token has to be; without it the address of `/mcp`.',
      examples: ['https://lmcp.example.com/mcp'],
    }),
  scopes: z
    .array(scopeSchema)
    .optional()
    .meta({ description: 'The scopes that applications are told to ask for.', examples: [['lmcp']] }),
  client_claim: claim.optional().meta({
    description:
      'The claim that names the client of the registry. Only the administrator of the issuer may set it.',
    examples: ['lmcp_client'],
  }),
  map: z
    .array(mapEntry)
    .max(1_000)
    .optional()
    .meta({ description: 'Whose token is which client: the first entry that fits decides.' }),
  allow_private: z.boolean().optional().meta({
    description: 'Whether the issuer may be at a private address.',
    default: false,
  }),
  ca_file: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'The authority of its certificate, where that is none of the public ones: a PEM file.',
      examples: ['tls/ca.pem'],
    }),
});

const oauthSection = z.strictObject({
  enabled: z.boolean().optional().meta({
    description: 'Whether applications may sign in.',
    default: true,
  }),
  issuer: issuerSchema.optional().meta({
    description: 'Where people sign in, in place of the consent page: an OpenID Connect provider of a team.',
  }),
});

export const oauthSchema = z.union([z.boolean(), oauthSection]);

type IssuerInput = z.infer<typeof issuerSchema>;

/** `lmcp.oauth` with its defaults; what cannot work is reported. */
export function buildOAuth(
  read: z.infer<typeof oauthSchema> | undefined,
  clientIds: readonly string[],
  context: ReadContext,
): Pick<Settings, 'oauth' | 'oauthIssuer'> {
  if (read === undefined) return { oauth: null, oauthIssuer: null };
  if (typeof read === 'boolean') return { oauth: read, oauthIssuer: null };
  const oauth = read.enabled ?? true;
  const issuer = read.issuer === undefined ? null : buildIssuer(read.issuer, clientIds, context);
  return { oauth, oauthIssuer: oauth ? issuer : null };
}

const path = ['lmcp', 'oauth', 'issuer'];

function buildIssuer(read: IssuerInput, clientIds: readonly string[], context: ReadContext): OAuthIssuer {
  const { findings } = context;
  const url = URL.parse(read.url);
  if (
    !isHttpsOrLoopback(url) ||
    [url.hash, url.search, url.username, url.password].some((part) => part !== '')
  )
    findings.problem(
      [...path, 'url'],
      'this is not an allowed https URL',
      'for example: https://login.example.com',
    );
  if ((read.client_claim === undefined) === (read.map === undefined))
    findings.problem(
      path,
      read.map === undefined
        ? 'nothing says whose token is which client'
        : 'two ways say whose token is which client',
      'write client_claim or map',
      'key',
    );
  for (const [index, { client }] of (read.map ?? []).entries()) {
    if (clientIds.includes(client)) continue;
    findings.warning(
      [...path, 'map', index, 'client'],
      `there is no client "${client}": its holder is denied`,
      'add the client, or correct its name',
    );
  }
  const ca = read.ca_file === undefined ? undefined : pemText(read.ca_file, [...path, 'ca_file'], context);
  return {
    url: read.url,
    ...(read.audience !== undefined && { audience: read.audience }),
    scopes: read.scopes ?? [],
    ...(read.client_claim !== undefined && { clientClaim: read.client_claim }),
    map: read.map ?? [],
    allowPrivate: read.allow_private ?? false,
    ...(ca !== undefined && { ca }),
  };
}
