import { z } from 'zod';
import { clientSchema } from '../../registry/schema/clientSchema.ts';
import { containerServerSchema } from '../../registry/schema/server/containerServer.ts';
import { httpServerSchema } from '../../registry/schema/server/httpServer.ts';
import { processServerSchema } from '../../registry/schema/server/processServer.ts';
import { settingsSchema } from '../../registry/schema/settingsSchema.ts';
import { named, type Described } from './named.ts';
import { policyMode, rateLimit, timeouts, tokenStatus, transport } from './values.ts';

/**
 * The registry file's own keys as docs/registry.md describes them: absent keys are absent, secrets are replaced by what is
 * known of them. Keys are those of the registry's schemas; named here are the ones whose value is another, or has a name of its
 * own in the documentation.
 */

/** The keys of a section of the file, each of which may be absent. */
function shown<S extends z.ZodRawShape>(shape: S): Shown<S> {
  const entries = Object.entries(shape).map(([key, schema]) => {
    const { description } = z.globalRegistry.get(schema) ?? {};
    const value = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    const optional = z.exactOptional(value);
    return [key, description === undefined ? optional : optional.meta({ description })] as const;
  });
  return Object.fromEntries(entries) as Shown<S>;
}

type Shown<S extends z.ZodRawShape> = {
  -readonly [Key in keyof S]: z.ZodExactOptional<
    S[Key] extends z.ZodOptional<infer Value extends z.core.SomeType> ? Value : S[Key]
  >;
};

const { management_token: _token, management_token_sha256: _digest, ...settings } = settingsSchema.shape;
const {
  token: _clientToken,
  token_file: _tokenFile,
  token_sha256: _clientDigest,
  ...client
} = clientSchema.shape;

const secretStatus = z.enum(['set', 'empty']);
const secrets = z
  .record(z.string(), secretStatus)
  .meta({ description: 'Names with `set` or `empty` in place of the value.' });
const strings = z.array(z.string());

export const settingsView = named(
  'SettingsView',
  '`lmcp` in the registry file.',
  z.strictObject({
    ...shown(settings),
    tls: z
      .strictObject({
        cert_file: z.string(),
        key_file: z.string(),
        client_ca_file: z.string().exactOptional(),
        client_certificates: z.enum(['required', 'optional']).exactOptional(),
      })
      .exactOptional(),
    rate_limit_rpm: rateLimit.exactOptional(),
    lists: z
      .strictObject({ refresh: z.union([z.string(), z.array(z.string())]).exactOptional() })
      .exactOptional(),
    management_token_status: tokenStatus,
  }),
);

const toolPolicyView = named(
  'ToolPolicyView',
  'A tool policy as the file has it.',
  z.strictObject({
    mode: policyMode.exactOptional().meta({ description: '`allow_all` where absent.' }),
    allow_tools: strings.exactOptional(),
    deny_tools: strings.exactOptional(),
  }),
);

const clientRequestAccess = z.enum(['allow', 'deny']).exactOptional();

const clientRequestsView = named(
  'ClientRequestsView',
  'What a server may ask of clients.',
  z.strictObject({
    sampling: clientRequestAccess,
    elicitation: clientRequestAccess,
    roots: clientRequestAccess,
  }),
);

const listingMode = z.enum(['all', 'search', 'auto']);
const toolListing = z
  .union([
    listingMode,
    z.strictObject({
      mode: listingMode.exactOptional(),
      max: z.number().exactOptional(),
      always: strings.exactOptional(),
      descriptions: z.enum(['full', 'short']).exactOptional(),
    }),
  ])
  .meta({ description: 'What tools/list of /mcp holds.' });

export const clientView = named(
  'ClientView',
  'A client as the file has it.',
  z.strictObject({
    ...shown(client),
    token_status: tokenStatus,
    socket: z
      .strictObject({
        path: z.string(),
        owner: z.string().exactOptional(),
        group: z.string().exactOptional(),
        mode: z.string().exactOptional(),
      })
      .exactOptional(),
    allow_servers: strings,
    rate_limit_rpm: rateLimit.exactOptional(),
    tools: toolListing.exactOptional(),
    client_requests: z
      .record(z.string(), clientRequestsView)
      .exactOptional()
      .meta({ description: 'By server id.' }),
    tool_policy: z.record(z.string(), toolPolicyView).exactOptional().meta({ description: 'By server id.' }),
  }),
);

const mountView = named(
  'MountView',
  'A folder or volume that a container sees.',
  z.strictObject({ source: z.string(), target: z.string(), read_only: z.boolean().exactOptional() }),
);

export const serverView = named(
  'ServerView',
  'A server as the file has it; which keys it has depends on its kind.',
  z.strictObject({
    ...shown(processServerSchema.shape),
    ...shown(httpServerSchema.shape),
    ...shown(containerServerSchema.shape),
    transport,
    timeouts: z.strictObject(optional(timeouts.shape)).nullable().exactOptional(),
    tool_policy: toolPolicyView.exactOptional(),
    client_requests: clientRequestsView.exactOptional(),
    env: secrets.exactOptional(),
    headers: secrets.exactOptional(),
    tls: z
      .strictObject({
        ca_file: z.string().exactOptional(),
        cert_file: z.string().exactOptional(),
        key_file: z.string().exactOptional(),
      })
      .exactOptional(),
    auth: z
      .union([
        z.literal('oauth'),
        z.strictObject({
          type: z.literal('oauth'),
          per: z.enum(['server', 'client']).exactOptional(),
          grant: z.enum(['authorization_code', 'client_credentials']).exactOptional(),
          client_id: z.string().exactOptional(),
          client_secret: z.string().exactOptional().meta({ description: 'The name of a secret.' }),
          client_key: z.string().exactOptional().meta({ description: 'The name of a secret.' }),
          client_metadata_url: z.string().exactOptional(),
          scopes: strings.exactOptional(),
          issuer: z.string().exactOptional(),
        }),
      ])
      .exactOptional(),
    mounts: z.array(mountView).exactOptional(),
    cosign: z
      .strictObject({
        key: z.string().exactOptional(),
        trust_root: z.string().exactOptional(),
        identity: z.string().exactOptional(),
        issuer: z.string().exactOptional(),
      })
      .exactOptional(),
  }),
);

/** The keys of a shape, each of which may be absent. */
function optional<S extends z.ZodRawShape>(shape: S): { [Key in keyof S]: z.ZodExactOptional<S[Key]> } {
  const entries = Object.entries(shape).map(([key, schema]) => [key, z.exactOptional(schema)]);
  return Object.fromEntries(entries) as { [Key in keyof S]: z.ZodExactOptional<S[Key]> };
}

export const registryView = named(
  'RegistryView',
  "The file's own keys; secrets are replaced.",
  z.strictObject({
    lmcp: settingsView,
    clients: z.record(z.string(), clientView),
    servers: z.record(z.string(), serverView),
  }),
);

export type RegistryView = Described<typeof registryView>;
export type ClientView = Described<typeof clientView>;
export type ServerView = Described<typeof serverView>;
export type ToolPolicyView = Described<typeof toolPolicyView>;
