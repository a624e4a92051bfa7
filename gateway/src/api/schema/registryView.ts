import { z } from 'zod';
import { named, type Described } from './named.ts';
import { policyMode, rateLimit, timeouts, tokenStatus, transport } from './values.ts';

/**
 * The registry file's own keys as docs/registry.md describes them: absent keys are absent, secrets are replaced by what is
 * known of them. A test compares the keys with the registry's schema.
 */

const secretStatus = z.enum(['set', 'empty']);
const secrets = z
  .record(z.string(), secretStatus)
  .meta({ description: 'Names with `set` or `empty` in place of the value.' });
const strings = z.array(z.string());
const textOrNumber = z.union([z.string(), z.number()]);

export const settingsView = named(
  'SettingsView',
  '`lmcp` in the registry file.',
  z.strictObject({
    host: z.string().exactOptional(),
    port: z.number().exactOptional(),
    tls: z
      .strictObject({
        cert_file: z.string(),
        key_file: z.string(),
        client_ca_file: z.string().exactOptional(),
        client_certificates: z.enum(['required', 'optional']).exactOptional(),
      })
      .exactOptional(),
    max_connections_per_address: z.number().exactOptional(),
    audit_log: z.string().exactOptional(),
    loopback_only: z.boolean().exactOptional(),
    rate_limit_rpm: rateLimit.exactOptional(),
    allowed_hosts: strings.exactOptional(),
    allowed_origins: strings.exactOptional(),
    audit_rotate_mib: z.number().exactOptional(),
    list_max_mib: z.number().exactOptional(),
    lists: z
      .strictObject({ refresh: z.union([z.string(), z.array(z.string())]).exactOptional() })
      .exactOptional(),
    max_body_mib: z.number().exactOptional(),
    max_result_mib: z.number().exactOptional(),
    memory_mib: z.number().exactOptional(),
    management_scope: z.enum(['full', 'access']).exactOptional(),
    browser_sign_in: z.boolean().exactOptional(),
    oauth: z.boolean().exactOptional(),
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
    token_status: tokenStatus,
    socket: z
      .strictObject({
        path: z.string(),
        owner: z.string().exactOptional(),
        group: z.string().exactOptional(),
        mode: z.string().exactOptional(),
      })
      .exactOptional(),
    certificate: z.union([z.string(), strings]).exactOptional(),
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
    transport,
    runtime: z.enum(['process', 'container']).exactOptional(),
    scope: z.enum(['client', 'session', 'shared']).exactOptional(),
    lists: z.string().exactOptional(),
    enabled: z.boolean().exactOptional(),
    pin_tools: z.boolean().exactOptional(),
    unlisted_tools: z.enum(['deny', 'allow']).exactOptional(),
    unlisted_resources: z.enum(['deny', 'allow']).exactOptional(),
    idle_stop_s: z.number().exactOptional(),
    timeouts: z.strictObject(optional(timeouts.shape)).nullable().exactOptional(),
    tool_policy: toolPolicyView.exactOptional(),
    client_requests: clientRequestsView.exactOptional(),
    stdio_mode: z.enum(['newline', 'content-length']).exactOptional(),
    command: z.string().exactOptional(),
    args: z.array(z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
    env: secrets.exactOptional(),
    cwd: z.string().exactOptional(),
    url: z.string().exactOptional(),
    remote: z.boolean().exactOptional(),
    allow_private: z.boolean().exactOptional(),
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
    headers: secrets.exactOptional(),
    image: z.string().exactOptional(),
    entrypoint: z.union([z.string(), strings]).exactOptional(),
    workdir: z.string().exactOptional(),
    user: textOrNumber.exactOptional(),
    mounts: z.array(mountView).exactOptional(),
    tmpfs: z.union([z.string(), strings]).exactOptional(),
    network: z.string().exactOptional(),
    egress: strings.exactOptional(),
    image_digest: z.string().exactOptional(),
    verify: z.string().exactOptional(),
    cosign: z
      .strictObject({
        key: z.string().exactOptional(),
        trust_root: z.string().exactOptional(),
        identity: z.string().exactOptional(),
        issuer: z.string().exactOptional(),
      })
      .exactOptional(),
    extra_hosts: strings.exactOptional(),
    memory: textOrNumber.exactOptional(),
    cpus: textOrNumber.exactOptional(),
    pids_limit: textOrNumber.exactOptional(),
    shm_size: textOrNumber.exactOptional(),
    read_only: z.boolean().exactOptional(),
    cap_add: strings.exactOptional(),
    pull: z.string().exactOptional(),
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
