import { z } from 'zod';
import { checks } from '../policy/checks.ts';
import type { CheckId } from '../policy/decide.ts';
import { endpoint } from './endpoint.ts';
import { patchRequest } from './registry.ts';
import { hostileText, jsonObject, named, ok, type Described } from './schema/named.ts';
import { reason } from './schema/values.ts';

export const toolMark = z
  .enum(['new', 'changed'])
  .meta({ description: 'How the definition differs from the acknowledged one.' });

const line = z
  .number()
  .nullable()
  .meta({ description: 'From 1; null where the rule is a default that the file does not write.' });

const clientRequestKind = z.enum(['sampling', 'elicitation', 'roots']);

const accessTool = named(
  'AccessTool',
  'A tool that a server offers or that a policy names.',
  z.strictObject({
    tool: hostileText.meta({ description: "The server's own name: untrusted text." }),
    offered: z.boolean().meta({ description: 'False when only a policy names it.' }),
    mark: toolMark.nullable(),
    hint: z
      .enum(['read_only', 'destructive'])
      .nullable()
      .meta({ description: 'What its annotations say; nothing verifies it.' }),
    description: hostileText
      .nullable()
      .meta({ description: 'Its first 160 characters: untrusted text of the server.' }),
  }),
);

const accessServer = named(
  'AccessServer',
  'A column of the matrix.',
  z.strictObject({
    server_id: z.string(),
    tools_known: z.boolean().meta({
      description:
        'False until the server was asked once; `tools` then has only names that policies mention.',
    }),
    tools: z.array(accessTool).meta({
      description: 'What it offers, in its own order, then names that only policies mention, sorted.',
    }),
  }),
);

const accessCell = named(
  'AccessCell',
  'What one client may do with one server.',
  z.strictObject({
    access: z.enum(['all', 'some', 'none']).meta({
      description: 'Over the offered tools; `some` also where they are not known and a rule restricts them.',
    }),
    allowed_count: z.number().nullable().meta({ description: 'Null while the tools are not known.' }),
    pending_count: z.number().nullable().meta({
      description:
        'Allowed but not approved yet (`pin_tools`), so not callable. Null while the tools are not known.',
    }),
    total_count: z.number().nullable().meta({ description: 'Null while the tools are not known.' }),
    rule: z
      .number()
      .meta({ description: 'Index into `rules`: the rule for an approved tool that no policy names.' }),
    tools: z
      .array(z.number())
      .meta({ description: "One index into `rules` for each of the server's `tools`." }),
    denied_requests: z
      .array(clientRequestKind)
      .meta({ description: 'What the server may not ask this client for (`client_requests`).' }),
  }),
);

const accessClient = named(
  'AccessClient',
  'A row of the matrix.',
  z.strictObject({
    client_id: z.string(),
    cells: z.array(accessCell).meta({ description: 'In the order of `servers`.' }),
  }),
);

const decidingRule = named(
  'DecidingRule',
  'A rule that decides something.',
  z.strictObject({
    allowed: z.boolean().nullable().meta({
      description:
        "With `tool_not_approved`: requires approval. Null where it depends on the server's tools, which are not known yet.",
    }),
    reason: reason.nullable(),
    path: z.string().meta({
      description:
        'As in `servers.github.tool_policy.deny_tools[0]`; where the file has nothing, the path that would decide.',
    }),
    line,
    words: z.string().meta({ description: 'One sentence.' }),
  }),
);

const accessAnswer = named(
  'AccessAnswer',
  'The access matrix: every client, every server, every tool.',
  z.strictObject({
    ok,
    revision: z.string(),
    servers: z.array(accessServer),
    clients: z.array(accessClient),
    rules: z
      .array(decidingRule)
      .meta({ description: 'Each deciding rule once; cells point into it by index.' }),
  }),
);

const checkIds = checks.map(({ id }) => id) as [CheckId, ...CheckId[]];

const whyStep = named(
  'WhyStep',
  'One check, in the order of a call.',
  z.strictObject({
    gate: z.enum(checkIds),
    label: z.string().meta({ description: 'As in "Server access".' }),
    outcome: z.enum(['pass', 'refuse', 'unknown', 'skipped']).meta({
      description:
        '`skipped`: an earlier check denies. `unknown`: not decidable before the server was asked.',
    }),
    reason: reason.nullable(),
    path: z.string(),
    line,
    words: z.string(),
  }),
);

const allowChoice = named(
  'AllowChoice',
  'One way to allow what is denied.',
  z.strictObject({
    scope: z.enum(['client', 'every_client']).meta({
      description:
        "`every_client` only where the server's policy denies the tool and other clients would gain by allowing it there.",
    }),
    label: z.string().meta({ description: 'As in "Only codex", "Every client that may use github".' }),
    gainers: z.array(z.string()).meta({
      description:
        'Clients that may use the server, or call the tool once it is approved, with the patch and not without it.',
    }),
    patch: jsonObject.meta({ description: 'To be previewed and applied as it is.' }),
  }),
);

const clientRequestAccess = named(
  'ClientRequestAccess',
  'Whether a server may ask a client for something.',
  z.strictObject({
    kind: clientRequestKind,
    allowed: z.boolean(),
    reason,
    path: z.string().meta({ description: 'The rule that decides.' }),
  }),
);

const whyAnswer = named(
  'WhyAnswer',
  'Why a call would be allowed or denied.',
  z.strictObject({
    ok,
    client_id: z.string(),
    server_id: z.string(),
    tool: z
      .string()
      .nullable()
      .meta({ description: "The server's own name; null asks about the server alone." }),
    allowed: z.boolean().nullable().meta({
      description: "Null where it depends on the server's tools (`pin_tools`), which are not known yet.",
    }),
    reason: reason.nullable(),
    words: z
      .string()
      .meta({ description: 'One sentence: who may or may not do what, and which rule decides.' }),
    steps: z.array(whyStep),
    allow: z.array(allowChoice).meta({
      description:
        'How to allow it; empty where it is allowed, or no patch can allow it. With the first choice no other client gains access.',
    }),
    client_requests: z.array(clientRequestAccess).meta({
      description:
        'What the server may ask of the client, where the client offers it; empty for unknown names.',
    }),
  }),
);

export const accessEndpoints = {
  getAccess: endpoint({
    method: 'GET',
    path: '/management/access',
    auth: 'management',
    summary: 'Who may do what, by the active registry.',
    answer: accessAnswer,
    errors: [],
  }),
  previewAccess: endpoint({
    method: 'POST',
    path: '/management/access',
    auth: 'management',
    scope: 'access',
    summary:
      'Who may do what with a patch; 400 `invalid_patch` with `errors` when the result would be invalid.',
    body: patchRequest,
    bodyError: 'invalid_patch',
    answer: accessAnswer,
    errors: ['invalid_registry'],
  }),
  explainAccess: endpoint({
    method: 'GET',
    path: '/management/why',
    auth: 'management',
    summary: 'Why a call would be allowed or denied. Unknown names are answered too: a rule denies them.',
    query: z.strictObject({
      client: z.string().meta({ description: 'The client.' }),
      server: z.string().meta({ description: 'The server.' }),
      tool: z
        .string()
        .exactOptional()
        .meta({ description: "The server's own name of a tool, or the exposed one." }),
    }),
    answer: whyAnswer,
    errors: [],
  }),
};

export type ToolMark = Described<typeof toolMark>;
export type AccessTool = Described<typeof accessTool>;
export type AccessServer = Described<typeof accessServer>;
export type AccessCell = Described<typeof accessCell>;
export type AccessClient = Described<typeof accessClient>;
export type DecidingRule = Described<typeof decidingRule>;
export type AccessAnswer = Described<typeof accessAnswer>;
export type WhyStep = Described<typeof whyStep>;
export type AllowChoice = Described<typeof allowChoice>;
export type WhyAnswer = Described<typeof whyAnswer>;
