import { z } from 'zod';
import { auditLine } from './schema/auditLine.ts';
import { endpoint } from './endpoint.ts';
import { jsonObject, named, ok, type Described } from './schema/named.ts';

const callRequest = named(
  'CallRequest',
  'A tools/call as a client.',
  z.object({
    client_id: z.string(),
    server_id: z.string(),
    tool: z.string().min(1).meta({ description: "The server's own name." }),
    arguments: jsonObject.meta({ description: 'Passed on as they are.' }),
  }),
  [{ client_id: 'codex', server_id: 'time', tool: 'now', arguments: {} }],
);

const callAnswer = named(
  'CallAnswer',
  'What the client would get.',
  z.strictObject({
    ok,
    outcome: z.enum(['ok', 'error', 'refused', 'failed']).meta({
      description:
        '`error`: the tool answered `isError`. `refused`: a check denied the call. `failed`: no answer came.',
    }),
    result: z.unknown().meta({
      description: 'A CallToolResult, unchanged: untrusted content. Null with `refused` and `failed`.',
    }),
    rpc_error: z
      .strictObject({ code: z.number(), message: z.string(), data: z.unknown().exactOptional() })
      .nullable()
      .meta({ description: 'The JSON-RPC error that the client would get, else null.' }),
    duration_ms: z.number(),
    call: z.string().nullable().meta({ description: 'The same in all its audit lines.' }),
    audit: z.array(auditLine).meta({ description: 'What was logged for it.' }),
  }),
);

const clientMethods = [
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
] as const;

const clientRequest = named(
  'ClientRequest',
  'An MCP request as a client, to one server.',
  z.object({
    client_id: z.string(),
    server_id: z.string(),
    method: z.enum(clientMethods),
    params: jsonObject.meta({ description: "As the method has them, with the server's own names." }),
  }),
  [{ client_id: 'codex', server_id: 'time', method: 'prompts/get', params: { name: 'greet' } }],
);

/** One line of the answer of `/management/request`. */
export const clientRequestLine = named(
  'ClientRequestLine',
  'One line of the answer: `started` first, `message` for each notification on the way, `answer` or `failure` last.',
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('started'), call: z.string() }),
    z.strictObject({
      kind: z.literal('message'),
      message: z.looseObject({ method: z.string(), params: z.unknown().exactOptional() }).meta({
        description: 'A JSON-RPC notification, as `notifications/progress` or `notifications/message`.',
      }),
    }),
    z.strictObject({ kind: z.literal('answer'), answer: callAnswer }),
    z.strictObject({ kind: z.literal('failure'), message: z.string() }),
  ]),
);

export const callEndpoints = {
  callTool: endpoint({
    method: 'POST',
    path: '/management/call',
    auth: 'management',
    scope: 'access',
    summary: 'Calls a tool as a client, through every check of that client, logged with `via: management`.',
    body: callRequest,
    answer: callAnswer,
    errors: ['unknown_client'],
  }),
  requestAsClient: endpoint({
    method: 'POST',
    path: '/management/request',
    auth: 'management',
    scope: 'access',
    summary:
      'Sends a request as a client, through every check of that client, logged with `via: management`. ' +
      'The answer is a stream: ending it cancels the request.',
    body: clientRequest,
    answer: {
      mediaType: 'application/x-ndjson',
      description: 'One [ClientRequestLine](#clientrequestline) a line.',
    },
    errors: ['unknown_client'],
  }),
};

export type ClientRequest = Described<typeof clientRequest>;
export type ClientRequestLine = Described<typeof clientRequestLine>;
export type CallAnswer = Described<typeof callAnswer>;
