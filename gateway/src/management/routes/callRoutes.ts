import type { callEndpoints, ClientRequest, ClientRequestLine } from '../../api/call.ts';
import { isObject, own, type Params } from '../../mcp/jsonrpc/message.ts';
import { silent } from '../../mcp/jsonrpc/notifier.ts';
import { toRpcError } from '../../mcp/jsonrpc/rpcFailure.ts';
import { whenWritten } from '../../upstream/rpc/writeLarge.ts';
import { LineQueue } from '../calls/lineQueue.ts';
import { RequestAs } from '../calls/requestAs.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { json, type Handlers, type Reply } from '../route.ts';

/** `/management/call` and `/management/request`: a request as a client. */
export function callHandlers(dependencies: ManagementDependencies): Handlers<typeof callEndpoints> {
  return {
    callTool: async ({ body, requestId }) => {
      const asked = await RequestAs.prepare(dependencies, {
        clientId: body.client_id,
        serverId: body.server_id,
        method: 'tools/call',
        params: { name: body.tool, arguments: body.arguments },
        requestId,
      });
      return json(await asked.run(silent));
    },
    requestAsClient: async ({ body, requestId }) => streamed(dependencies, body, requestId),
  };
}

async function streamed(
  dependencies: ManagementDependencies,
  { client_id: clientId, server_id: serverId, method, params }: ClientRequest,
  requestId: string | null,
): Promise<Reply<never>> {
  const asked = await RequestAs.prepare(dependencies, {
    clientId,
    serverId,
    method,
    params: withProgress(params),
    requestId,
  });
  const lines = new LineQueue(() => asked.cancel());
  lines.offer(JSON.stringify({ kind: 'started', call: asked.call } satisfies ClientRequestLine));
  const notifier = {
    mayTakeLong: () => undefined,
    // The message is JSON already.
    notify: (text: string) => lines.offer(`{"kind":"message","message":${text}}`),
  };
  const last: Promise<ClientRequestLine> = asked.run(notifier).then(
    (answer) => ({ kind: 'answer', answer }) as const,
    (error: unknown) => {
      dependencies.logger.error(`a request as client "${clientId}" failed: ${String(error)}`);
      return { kind: 'failure', message: toRpcError(error).message } as const;
    },
  );
  void last.then((line) => whenWritten(clientId, line, (text) => lines.end(text)));
  return { stream: lines, headers: { 'Content-Type': 'application/x-ndjson; charset=utf-8' } };
}

/** Asks for progress; a token of the request's own stays. */
function withProgress(params: Params): Params {
  const meta = own(params, '_meta');
  return { ...params, _meta: { progressToken: 'management', ...(isObject(meta) ? meta : {}) } };
}
