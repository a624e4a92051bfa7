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
};

export type CallRequest = Described<typeof callRequest>;
export type CallAnswer = Described<typeof callAnswer>;
