import { z } from 'zod';
import { toolMark } from './access.ts';
import { endpoint } from './endpoint.ts';
import { serverSignInState } from './signIn/serverSignIns.ts';
import { emptyBody } from './registry.ts';
import { hostileText, instant, jsonObject, named, ok, type Described } from './schema/named.ts';
import { serverHealthView } from './schema/serverHealth.ts';
import { reducedIsolation, runtime, serverState, timeouts, transport } from './schema/values.ts';

const latency = named(
  'Latency',
  'Of tools/call since the gateway started, over the last 1,000 calls at most.',
  z.strictObject({
    calls: z.number(),
    failed: z.number(),
    p50_ms: z.number().nullable().meta({ description: 'Null without any call.' }),
    p99_ms: z.number().nullable().meta({ description: 'Null without any call.' }),
  }),
);

const serverSummary = named(
  'ServerSummary',
  'A server, over all its instances.',
  z.strictObject({
    server_id: z.string(),
    transport,
    runtime,
    state: serverState,
    health: serverHealthView,
    since_at: instant.nullable().meta({
      description: 'When it reached the state; null if it was not started since the gateway was.',
    }),
    instances: z.number().meta({ description: 'Running instances.' }),
    restarts: z.number().meta({ description: 'Starts after a failure, whether they succeeded or not.' }),
    last_error: z
      .string()
      .nullable()
      .meta({ description: 'For the administrator; null when there was none.' }),
    tool_count: z.number().nullable().meta({ description: 'Null until the server was asked once.' }),
    marked_tool_count: z.number().meta({
      description:
        'Tools that are new or changed since they were acknowledged, without those that the policy of the server denies.',
    }),
    cut_lists: z.array(z.enum(['tools', 'prompts', 'resources', 'templates'])).meta({
      description: 'Lists that exceed `lmcp.list_max_mib`: the rest is left out and cannot be used.',
    }),
    invalid_tool_count: z.number().meta({
      description: 'Tools whose definition strict clients reject: `/mcp` repairs them or leaves them out.',
    }),
    loosened: reducedIsolation,
    enabled: z.boolean().meta({ description: '`servers.<id>.enabled`.' }),
    latency,
    clients: z.array(z.string()).meta({ description: 'Clients that may use it, by `allow_servers`.' }),
  }),
);

export const serverInfo = z.strictObject({ name: hostileText, version: hostileText }).nullable().meta({
  description: "From the server's initialize answer; null until it was started once. Untrusted text.",
});

const toolTexts = {
  title: hostileText.nullable(),
  description: hostileText.nullable(),
  input_schema: jsonObject,
  output_schema: jsonObject.nullable(),
  annotations: jsonObject.nullable(),
  other: jsonObject.nullable().meta({ description: 'What else its definition has, as `icons` or `_meta`.' }),
};

const approvedTool = named(
  'ApprovedTool',
  'A tool as it was when it was last approved: untrusted text.',
  z.strictObject(toolTexts),
);

const serverTool = named(
  'ServerTool',
  'A tool as the server defines it: untrusted text.',
  z.strictObject({
    name: hostileText.meta({ description: "The server's own name." }),
    exposed_name: z.string().meta({ description: 'The name under which `/mcp` offers it.' }),
    ...toolTexts,
    approved: approvedTool.nullable().meta({
      description: 'With mark `changed`: what was approved. Null where its text was not kept.',
    }),
    repairs: z.array(z.string()).meta({
      description:
        'What `/mcp` changes in an invalid definition so that strict clients accept it, or what is wrong with it.',
    }),
    left_out: z
      .boolean()
      .meta({ description: '`/mcp` leaves it out: its definition is invalid and no repair is certain.' }),
    digest: z.string().meta({ description: 'Names this definition: an approval sends it back.' }),
    mark: toolMark.nullable(),
    rejected: z.boolean().meta({
      description: 'Marked, and denied by the policy of the server: it requires no approval.',
    }),
    changed_fields: z
      .array(z.string())
      .meta({ description: 'With mark `changed`: what differs, as `description` or `input_schema`.' }),
    blocked: z
      .boolean()
      .meta({ description: 'With `pin_tools`: requires approval before it can be called.' }),
  }),
);

const serverDetails = named(
  'ServerDetails',
  'Everything that is known of a server.',
  z.strictObject({
    ...serverSummary.shape,
    scope: z.enum(['client', 'session', 'shared']),
    sign_in: serverSignInState
      .nullable()
      .meta({ description: 'Null for a server that is not an HTTP server.' }),
    pin_tools: z.boolean(),
    idle_stop_s: z.number(),
    timeouts,
    server_info: serverInfo,
    protocol_version: z.string().nullable(),
    stderr_tail: hostileText.meta({
      description: 'The end of its stderr, at most 64 KiB: untrusted text. Empty for http.',
    }),
    stderr_instance: z.number().meta({
      description: 'Another number where that is of another instance than before; 0 before the first.',
    }),
    tools: z.array(serverTool).nullable().meta({ description: 'Null until the server was asked once.' }),
    tools_at: instant.nullable().meta({ description: 'When its tools were last read.' }),
  }),
);

const serversAnswer = named(
  'ServersAnswer',
  "In the file's order.",
  z.strictObject({ ok, servers: z.array(serverSummary) }),
);

const serverAnswer = named(
  'ServerAnswer',
  'The server, after what was asked for.',
  z.strictObject({ ok, server: serverDetails }),
);

export const serverTestStep = named(
  'ServerTestStep',
  'One step of a test.',
  z.strictObject({
    step: z.enum(['initialize', 'tools_list']),
    passed: z.boolean(),
    duration_ms: z.number(),
    words: z.string().meta({ description: 'What was found, or what failed and what to do.' }),
  }),
);

const serverTestAnswer = named(
  'ServerTestAnswer',
  'The outcome of a test.',
  z.strictObject({ ok, passed: z.boolean(), steps: z.array(serverTestStep), server: serverDetails }),
);

const acknowledgeRequest = named(
  'AcknowledgeRequest',
  'The tools to acknowledge.',
  z.object({
    tools: z
      .array(z.string())
      .nullable()
      .meta({ description: "The server's own names; null is all of them." }),
    digests: z.record(z.string(), z.string()).optional().meta({
      description:
        'By name, the `digest` of the definition that was looked at: required of each marked tool.',
    }),
  }),
  [
    { tools: ['read_file'], digests: { read_file: 'rJ0…' } },
    { tools: null, digests: {} },
  ],
);

const revokeApprovalsRequest = named(
  'RevokeApprovalsRequest',
  'The tools whose approval is revoked.',
  z.strictObject({
    tools: z.array(z.string()).min(1).meta({ description: "The server's own names." }),
  }),
  [{ tools: ['read_file'] }],
);

/** A POST that does something with a server and answers the state reached. */
function action<const Name extends string>(name: Name, summary: string) {
  return endpoint({
    method: 'POST',
    path: `/management/servers/:server_id/${name}`,
    auth: 'management',
    summary,
    body: emptyBody,
    answer: serverAnswer,
    errors: ['unknown_server', 'upstream_failed'],
  });
}

export const serverEndpoints = {
  listServers: endpoint({
    method: 'GET',
    path: '/management/servers',
    auth: 'management',
    summary: 'All servers.',
    answer: serversAnswer,
    errors: [],
  }),
  getServer: endpoint({
    method: 'GET',
    path: '/management/servers/:server_id',
    auth: 'management',
    summary: 'One server, with its tools and the end of its stderr.',
    answer: serverAnswer,
    errors: ['unknown_server'],
  }),
  startServer: action('start', 'Starts an instance for management and reads its tools.'),
  stopServer: action('stop', 'Ends every instance after its running calls; the next call starts it again.'),
  restartServer: action('restart', 'Stops, then starts it.'),
  refreshServer: action('refresh', 'Reads what the server lists again, starting it where it does not run.'),
  testServer: endpoint({
    method: 'POST',
    path: '/management/servers/:server_id/test',
    auth: 'management',
    scope: 'access',
    summary: 'Starts an instance, initializes it, lists its tools and ends it; `passed` says how it went.',
    body: emptyBody,
    answer: serverTestAnswer,
    errors: ['unknown_server'],
  }),
  acknowledgeTools: endpoint({
    method: 'POST',
    path: '/management/servers/:server_id/acknowledge',
    auth: 'management',
    scope: 'access',
    summary: 'Acknowledges tools; with `pin_tools` approves them.',
    body: acknowledgeRequest,
    answer: serverAnswer,
    errors: ['unknown_server', 'unknown_tool', 'definition_changed'],
  }),
  revokeApprovals: endpoint({
    method: 'POST',
    path: '/management/servers/:server_id/revoke',
    auth: 'management',
    scope: 'access',
    summary:
      'Revokes the last approval of tools: what was approved before it is the approved definition again, or the tool is new. ' +
      'With `pin_tools` they are blocked.',
    body: revokeApprovalsRequest,
    answer: serverAnswer,
    errors: ['unknown_server', 'unknown_tool'],
  }),
};

export type Latency = Described<typeof latency>;
export type ServerSummary = Described<typeof serverSummary>;
export type ServerDetails = Described<typeof serverDetails>;
export type ServerTool = Described<typeof serverTool>;
export type ServersAnswer = Described<typeof serversAnswer>;
export type ServerAnswer = Described<typeof serverAnswer>;
export type ServerTestStep = Described<typeof serverTestStep>;
export type ServerTestAnswer = Described<typeof serverTestAnswer>;
export type RevokeApprovalsRequest = Described<typeof revokeApprovalsRequest>;
export type AcknowledgeRequest = Described<typeof acknowledgeRequest>;
