import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { instant, named, ok, type Described } from '../schema/named.ts';
import { rateLimit } from '../schema/values.ts';

const strings = z.array(z.string());

const effectiveSettings = named(
  'EffectiveSettings',
  '`lmcp` of the active registry, with the defaults of what the file leaves out.',
  z.strictObject({
    host: z.string(),
    port: z.number(),
    loopback_only: z.boolean(),
    allowed_hosts: strings,
    allowed_origins: strings,
    audit_log: z.string().meta({ description: 'Absolute path.' }),
    audit_rotate_mib: z.number(),
    rate_limit_rpm: rateLimit,
    max_body_mib: z.number(),
    max_result_mib: z.number(),
    list_max_mib: z.number(),
    memory_mib: z.number().nullable().meta({
      description: 'Null: a quarter of what the process may use, at most 1024.',
    }),
    max_connections_per_address: z.number(),
    lists_refresh: z.array(z.enum(['on_call', 'daily', 'start'])),
    management_scope: z.enum(['full', 'access']),
    browser_sign_in: z.boolean(),
    oauth: z.boolean(),
    oauth_issuer: z
      .string()
      .nullable()
      .meta({ description: 'Where people sign in (`lmcp.oauth.issuer.url`); null: here.' }),
  }),
);

const auditLogFacts = named(
  'AuditLogFacts',
  'The files of the audit log.',
  z.strictObject({
    path: z.string().meta({ description: 'The first segment.' }),
    segments: z.number(),
    bytes: z.number().meta({ description: 'All segments together.' }),
    first_at: instant.nullable().meta({ description: 'When the first line was written.' }),
    disk_bytes: z.number().meta({ description: 'What the gateway may use of the file system, in all.' }),
    disk_free_bytes: z.number(),
  }),
);

const tokenFacts = named(
  'TokenFacts',
  'What is known of the tokens of one holder; never a token.',
  z.strictObject({
    client_id: z.string().nullable().meta({ description: 'Null for the management token.' }),
    count: z.number().meta({ description: '2 while a rotation keeps the previous token valid.' }),
    stored: z.array(z.enum(['text', 'environment', 'file', 'sha256'])).meta({
      description:
        'How the registry has them: the token itself, a variable of the environment, a file of its own, or its digest.',
    }),
    changed_at: instant.nullable().meta({
      description:
        'When it was last set, according to the last 500 changes in the log; null if it is in none of them.',
    }),
    used_at: instant.nullable().meta({ description: 'When it was last accepted, from the log.' }),
  }),
);

const settingsAnswer = named(
  'SettingsAnswer',
  'How the gateway is set up.',
  z.strictObject({
    ok,
    revision: z.string(),
    registry_path: z.string(),
    settings: effectiveSettings,
    restart_required: strings.meta({
      description: 'Settings of the file that take effect with the next start, as `lmcp.port`.',
    }),
    log: auditLogFacts,
    tokens: z.array(tokenFacts).meta({ description: 'Of management first, then of the clients.' }),
  }),
);

export const settingsEndpoints = {
  getSettings: endpoint({
    method: 'GET',
    path: '/management/settings',
    auth: 'management',
    summary: 'The settings that apply, the size of the log, and which tokens there are.',
    answer: settingsAnswer,
    errors: [],
  }),
};

export type EffectiveSettings = Described<typeof effectiveSettings>;
export type AuditLogFacts = Described<typeof auditLogFacts>;
export type TokenFacts = Described<typeof tokenFacts>;
export type SettingsAnswer = Described<typeof settingsAnswer>;
