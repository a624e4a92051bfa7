import { z } from 'zod';
import { auditLine, publicAuditLine } from './schema/auditLine.ts';
import { endpoint } from './endpoint.ts';
import { wholeNumber } from './schema/query.ts';
import { serverHealthView } from './schema/serverHealth.ts';
import { named, ok, type Described } from './schema/named.ts';
import {
  policyMode,
  rateLimit,
  reducedIsolation,
  runtime,
  serverState,
  timeouts,
  tokenStatus,
  transport,
} from './schema/values.ts';

const statusClient = named(
  'StatusClient',
  'A client, with the management token only.',
  z.strictObject({
    client_id: z.string(),
    token_status: tokenStatus,
    allow_servers: z.array(z.string()),
    rate_limit_rpm: rateLimit,
    last_seen: z.string().nullable().meta({ description: 'RFC 3339; null when not seen recently.' }),
    tools: z
      .enum(['all', 'search', 'auto'])
      .meta({ description: 'Whether tools are listed or searched for (`clients.<id>.tools`).' }),
    tool_search: z
      .strictObject({
        searches: z.number(),
        found: z.number().meta({ description: 'Tools that were found, all searches together.' }),
        missed: z.number().meta({ description: 'Searches that found nothing.' }),
      })
      .meta({ description: 'Searches for tools since the gateway started.' }),
  }),
);

const statusServer = named(
  'StatusServer',
  'A server, over all its instances. The optional keys need the management token.',
  z.strictObject({
    server_id: z.string(),
    transport,
    runtime,
    state: serverState,
    available_hint: z.boolean().nullable().meta({
      description: 'True when a call would find it running, false in `backoff` and `failed`, else null.',
    }),
    tool_policy_mode: policyMode,
    tool_count: z.number().nullable().meta({ description: 'Null until the server was asked once.' }),
    timeouts,
    since: z.string().nullable().exactOptional().meta({
      description: 'When it reached the state, RFC 3339; null if it was not started since the gateway was.',
    }),
    instances: z.number().exactOptional().meta({ description: 'Running instances.' }),
    restarts: z
      .number()
      .exactOptional()
      .meta({ description: 'Starts after a failure, whether they succeeded or not.' }),
    last_error: z.string().nullable().exactOptional(),
    health: serverHealthView.exactOptional(),
    listed_at: z
      .string()
      .nullable()
      .exactOptional()
      .meta({ description: 'When its tools were last read, RFC 3339.' }),
    loosened: reducedIsolation.exactOptional(),
    cut_lists: z
      .array(z.enum(['tools', 'prompts', 'resources', 'templates']))
      .exactOptional()
      .meta({
        description: 'Lists that exceed `lmcp.list_max_mib`: the rest is left out and cannot be used.',
      }),
    invalid_tool_count: z
      .number()
      .exactOptional()
      .meta({ description: 'Tools whose definition strict clients reject.' }),
  }),
);

const diskWarning = z.literal('disk_nearly_full').meta({
  description: 'From 90 per cent of the disk of the audit log on; when it is full, nothing is forwarded.',
});

const auditSealed = named(
  'AuditSealed',
  'Whether the segments of the audit log are append-only (`chattr +a`). Absent where nothing seals them.',
  z.strictObject({
    state: z.enum(['all', 'pending', 'unsupported']).meta({
      description:
        '`pending`: at least one segment is not sealed, as for seconds after a new one began. `unsupported`: the file system has no append-only files.',
    }),
    since: z.string().meta({ description: 'RFC 3339.' }),
  }),
);

const status = named(
  'Status',
  'The state of the gateway.',
  z.strictObject({
    status_version: z
      .literal(4)
      .meta({ description: 'Increases with every change of the shape other than an added key.' }),
    service: z.literal('lmcp'),
    version: z.string(),
    host: z.string(),
    port: z.number(),
    loopback_only: z.boolean(),
    foreign_addresses: z.array(z.string()).meta({
      description:
        'Loopback addresses at which another program has the port. A client that uses `localhost` may reach it instead of the gateway.',
    }),
    uptime_s: z.number(),
    management: z.enum(['disabled', 'enabled']),
    registry: z.strictObject({
      valid: z.boolean().meta({ description: 'Whether the file on disk is the active registry.' }),
      error: z.string().exactOptional().meta({ description: 'With the management token.' }),
      revision: z.string(),
    }),
    audit: z.strictObject({
      ok: z.boolean(),
      seq: z.number().meta({ description: 'The last durable line.' }),
      error: z.string().exactOptional().meta({ description: 'With the management token.' }),
      disk_used_percent: z.number().meta({ description: 'Of the file system of the log.' }),
      warning: diskWarning.exactOptional(),
      sealed: auditSealed.exactOptional(),
    }),
    client_count: z.number(),
    server_count: z.number(),
    clients: z.array(statusClient).meta({ description: 'Empty without the management token.' }),
    servers: z.array(statusServer),
    recent_audit_entries: z
      .array(z.union([auditLine, publicAuditLine]))
      .meta({ description: 'Newest last.' }),
  }),
);

const statusAnswer = named('StatusAnswer', 'The answer of `/status`.', z.strictObject({ ok, status }));

const describeAnswer = named(
  'DescribeAnswer',
  'Counts and the address, nothing else.',
  z.strictObject({
    service: z.literal('lmcp'),
    version: z.string(),
    host: z.string(),
    port: z.number(),
    loopback_only: z.boolean(),
    client_count: z.number(),
    server_count: z.number(),
  }),
);

const healthAnswer = named(
  'HealthAnswer',
  'Whether the gateway can do its work.',
  z.strictObject({
    ok: z.boolean(),
    service: z.literal('lmcp'),
    version: z.string(),
    error: z.literal('audit_unavailable').exactOptional(),
    warning: diskWarning.exactOptional(),
  }),
);

export const statusLimit = { default: 20, max: 500 } as const;

export const statusEndpoints = {
  health: endpoint({
    method: 'GET',
    path: '/health',
    auth: 'none',
    summary: 'Whether the gateway works; 503 with the same body when the audit log cannot be written.',
    answer: healthAnswer,
    errors: [],
  }),
  status: endpoint({
    method: 'GET',
    path: '/status',
    auth: 'optional_management',
    summary: 'The state of the gateway; more with the management token.',
    query: z.object({
      limit: wholeNumber(0, statusLimit.max)
        .exactOptional()
        .meta({ description: `Audit lines to include; ${statusLimit.default} by default.` }),
    }),
    answer: statusAnswer,
    errors: ['invalid_limit', 'management_disabled', 'management_unauthorized'],
  }),
  describe: endpoint({
    method: 'GET',
    path: '/describe',
    auth: 'none',
    summary: 'Counts and the address of the gateway.',
    answer: describeAnswer,
    errors: [],
  }),
};

export type Status = Described<typeof status>;
export type StatusAnswer = Described<typeof statusAnswer>;
export type StatusClient = Described<typeof statusClient>;
export type StatusServer = Described<typeof statusServer>;
export type DescribeAnswer = Described<typeof describeAnswer>;
export type HealthAnswer = Described<typeof healthAnswer>;
