import { resolve } from 'node:path';
import { z } from 'zod';
import { isLoopbackBind } from '../../addresses/loopbackHost.ts';
import type { ReadContext } from './read/readContext.ts';
import { buildListenerTls, listenerTlsSchema } from './listenerTls.ts';
import { buildOAuth, oauthSchema } from './oauthSchema.ts';
import { readSection } from './read/section.ts';
import type { PlacedToken } from './tokens.ts';
import { readClearTokens, readTokenDigests, tokenSchema, tokenSha256Schema } from './tokens.ts';
import type { Settings } from '../types.ts';

export const rateLimitSchema = z.int().min(1).nullish();

/** What each setting is where the file says nothing. */
const defaults = {
  host: '127.0.0.1',
  port: 7345,
  audit_log: 'logs/audit.log',
  loopback_only: true,
  management_scope: 'full',
  browser_sign_in: true,
  oauth: false,
  audit_rotate_mib: 64,
  list_max_mib: 16,
  max_result_mib: 32,
  refresh: ['on_call', 'daily'],
  max_body_mib: 1,
  max_connections_per_address: 256,
} as const;

const refreshTime = z.enum(['on_call', 'daily', 'start']);
/** A container does not know the port that it is published at. */
const anyPortOfLoopback = ['localhost:*', '127.0.0.1:*', '[::1]:*'];

const hostHeader = z
  .string()
  .regex(
    /^(?:(?:\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?|(?:localhost|127\.0\.0\.1|\[::1\]):\*)$/i,
    'not a Host value: write a name or address, with its port if it has one; :* only for localhost, 127.0.0.1 and [::1]',
  );

const origin = z
  .string()
  .regex(
    /^[a-z][a-z0-9+.-]*:\/\/[^\s/*?#@]+$/,
    'this is not an origin: scheme, name and port, without a path or a slash at the end',
  );

export const settingsSchema = z
  .strictObject({
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'this is not an address or host name')
      .optional()
      .meta({
        description: 'Address to listen on; while loopback_only is true 127.0.0.1, ::1 or localhost.',
        default: defaults.host,
        examples: ['127.0.0.1'],
      }),
    port: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .meta({ description: 'TCP port.', default: defaults.port, examples: [7345] }),
    tls: listenerTlsSchema.optional(),
    max_connections_per_address: z
      .int()
      .min(1)
      .max(8000)
      .optional()
      .meta({
        description:
          'Connections of one remote address (of IPv6: one /64) at the same time; those of this machine are not counted.',
        default: defaults.max_connections_per_address,
        examples: [256],
      }),
    audit_log: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'Path of the audit log.',
        default: defaults.audit_log,
        examples: ['logs/audit.log'],
      }),
    loopback_only: z.boolean().optional().meta({
      description: 'Reject every bind address and every http server that is not on this machine.',
      default: defaults.loopback_only,
    }),
    rate_limit_rpm: rateLimitSchema.meta({
      description:
        'Requests a minute for each client without a limit of its own; null or absent is unlimited.',
      examples: [60],
    }),
    allowed_hosts: z
      .array(hostHeader)
      .optional()
      .meta({
        description:
          "Further exact Host values that are answered, in any case; of localhost, 127.0.0.1 and [::1] also every port (`127.0.0.1:*`), which is the default in the product's image.",
        examples: [['lmcp.example.net:7345']],
      }),
    allowed_origins: z
      .array(origin)
      .optional()
      .meta({
        description: 'Further exact Origin values that are answered.',
        examples: [['https://dashboard.example.net']],
      }),
    management_token: tokenSchema.nullish().meta({
      description: 'Enables the management interface; empty or absent disables it.',
      examples: ['${LMCP_MANAGEMENT_TOKEN}'],
    }),
    management_token_sha256: tokenSha256Schema
      .nullish()
      .meta({ description: 'The SHA-256 digest of the management token, in place of the token.' }),
    management_scope: z.enum(['full', 'access']).optional().meta({
      description:
        'What the management token may do. full: everything, also run programs; access: grants, tokens, policies, limits, approvals, tests. Can only be changed in the file.',
      default: defaults.management_scope,
    }),
    browser_sign_in: z.boolean().optional().meta({
      description: 'Whether `lmcp open` may sign a browser in, with or without a management token.',
      default: defaults.browser_sign_in,
    }),
    oauth: oauthSchema.optional().meta({
      description:
        'Whether applications that are given the address alone may sign in as a client: OAuth, with consent in the interface, or at the issuer of a team. `true` stands for `{enabled: true}`.',
      default: defaults.oauth,
    }),
    audit_rotate_mib: z
      .int()
      .min(1)
      .max(4096)
      .optional()
      .meta({
        description: 'Size of one segment of the audit log, in MiB.',
        default: defaults.audit_rotate_mib,
        examples: [64],
      }),
    list_max_mib: z
      .int()
      .min(1)
      .max(256)
      .optional()
      .meta({
        description: 'How much one server may list of one kind, in MiB over all pages; the rest is cut.',
        default: defaults.list_max_mib,
        examples: [16],
      }),
    lists: z
      .strictObject({
        refresh: z
          .union([refreshTime, z.array(refreshTime)])
          .optional()
          .meta({
            description:
              'When remembered lists are read again: when a server starts for a call, once a day, at each start of LMCP.',
            default: [...defaults.refresh],
            examples: [['on_call', 'daily']],
          }),
      })
      .optional()
      .meta({ description: 'The remembered lists of servers.' }),
    max_body_mib: z
      .int()
      .min(1)
      .max(64)
      .optional()
      .meta({
        description:
          'How large the body of one request may be, in MiB: raise it for tools that are given files. Bodies also count for memory_mib.',
        default: defaults.max_body_mib,
        examples: [8],
      }),
    max_result_mib: z
      .int()
      .min(1)
      .max(256)
      .optional()
      .meta({
        description:
          'How large one answer of a server may be, in MiB; the call that gets a larger one fails.',
        default: defaults.max_result_mib,
        examples: [64],
      }),
    memory_mib: z
      .int()
      .min(64)
      .max(65_536)
      .optional()
      .meta({
        description:
          'What is held in memory for callers, in MiB; without it a quarter of what the process may use, at most 1024.',
        examples: [512],
      }),
  })
  .meta({ description: 'The gateway itself.' });

/** The gateway's settings with the places of the management tokens; what is wrong goes to the findings. */
export function buildSettings(
  raw: unknown,
  clientIds: readonly string[],
  context: ReadContext,
): { settings: Settings; tokens: readonly PlacedToken[] } {
  const { findings } = context;
  const read = readSection(settingsSchema, raw ?? {}, ['lmcp'], findings);
  const clear = read.management_token === '' ? undefined : read.management_token;
  const tokens = [
    ...readClearTokens(clear, ['lmcp', 'management_token'], context, 'management'),
    ...readTokenDigests(read.management_token_sha256, ['lmcp', 'management_token_sha256'], context),
  ];
  if (tokens.length > 2) {
    const fix = 'keep one, or two while you rotate';
    findings.problem(
      ['lmcp', 'management_token'],
      `there are ${tokens.length} management tokens`,
      fix,
      'key',
    );
  }
  const host = read.host ?? defaults.host;
  const loopbackOnly = read.loopback_only ?? defaults.loopback_only;
  const port = read.port ?? defaults.port;
  const allowedHosts =
    read.allowed_hosts?.map((name) => name.toLowerCase()) ??
    (context.insideImage === true ? anyPortOfLoopback : []);
  checkHost(host, loopbackOnly, read.tls !== undefined, context);
  const settings: Settings = {
    host,
    port,
    tls: buildListenerTls(read.tls, { host, port, allowedHosts }, context),
    maxConnectionsPerAddress: read.max_connections_per_address ?? defaults.max_connections_per_address,
    auditLog: resolve(context.baseDir, read.audit_log ?? defaults.audit_log),
    loopbackOnly,
    rateLimitRpm: read.rate_limit_rpm ?? null,
    allowedHosts,
    allowedOrigins: read.allowed_origins ?? [],
    managementTokens: tokens.map(({ digest }) => digest),
    managementScope: read.management_scope ?? defaults.management_scope,
    ...buildOAuth(read.oauth, clientIds, context),
    browserSignIn: read.browser_sign_in ?? defaults.browser_sign_in,
    auditRotateMib: read.audit_rotate_mib ?? defaults.audit_rotate_mib,
    listMaxBytes: (read.list_max_mib ?? defaults.list_max_mib) * 1024 ** 2,
    listRefresh: [read.lists?.refresh ?? defaults.refresh].flat(),
    maxBodyBytes: (read.max_body_mib ?? defaults.max_body_mib) * 1024 ** 2,
    maxResultBytes: (read.max_result_mib ?? defaults.max_result_mib) * 1024 ** 2,
    memoryMib: read.memory_mib ?? null,
  };
  return { settings, tokens };
}

function checkHost(host: string, loopbackOnly: boolean, tls: boolean, { findings }: ReadContext): void {
  if (isLoopbackBind(host)) return;
  const path = ['lmcp', 'host'];
  if (loopbackOnly) {
    const fix = 'write 127.0.0.1, ::1 or localhost; for remote use set loopback_only: false as well';
    findings.problem(path, 'the address is not on this machine while loopback_only is true', fix);
  } else if (!tls) {
    const fix = 'set lmcp.tls, put an encrypting proxy in front of it, or write 127.0.0.1';
    findings.warning(path, 'LMCP can be reached from other machines, without encryption', fix);
  }
}
