import { Trail } from '../../audit/trail.ts';
import type { AuditLine } from '../../audit/types.ts';
import { wholeJson, type JsonText } from '../../json/jsonText.ts';
import { parseLossless } from '../../json/lossless.ts';
import { silent } from '../../mcp/jsonrpc/notifier.ts';
import { LegacyEra } from '../../mcp/era/legacy/legacyEra.ts';
import { handle } from '../../mcp/methods/handle.ts';
import type { Caller } from '../../mcp/call/caller.ts';
import { isObject, own, type RpcError, type RpcRequest } from '../../mcp/jsonrpc/message.ts';
import { RpcFailure } from '../../mcp/jsonrpc/rpcFailure.ts';
import { quoted } from '../../registry/yaml/problem.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import type { CallAnswer, callEndpoints, CallRequest } from '../../api/call.ts';
import { ApiError } from '../apiError.ts';
import { json, type Handlers } from '../route.ts';

type Answered = Pick<CallAnswer, 'outcome' | 'result' | 'rpc_error'>;

/** `/management/call`: a call as a client, decided by the code that decides the client's own. */
export function callHandlers(dependencies: ManagementDependencies): Handlers<typeof callEndpoints> {
  return {
    callTool: async ({ body, requestId }) => json(await callAs(dependencies, body, requestId)),
  };
}

async function callAs(
  dependencies: ManagementDependencies,
  asked: CallRequest,
  requestId: string | null,
): Promise<CallAnswer> {
  const { store, audit, clock } = dependencies;
  await store.reload();
  const registry = store.current;
  const client = registry.clients.get(asked.client_id);
  if (client === undefined) {
    throw new ApiError('unknown_client', `the registry has no client ${quoted(asked.client_id)}`);
  }
  const trail = Trail.viaManagement(audit, requestId);
  trail.clientId = client.id;
  const lines: AuditLine[] = [];
  const unsubscribe = audit.subscribe((line) => {
    if (line.call === trail.call) lines.push(line);
  });
  const started = clock.monotonic();
  try {
    const caller = { client, registry, only: asked.server_id, era: new LegacyEra(undefined), trail };
    const answered = await throughGates(dependencies, caller, asked);
    const durationMs = Math.round(clock.monotonic() - started);
    return { ok: true, ...answered, duration_ms: durationMs, call: trail.call, audit: lines };
  } finally {
    unsubscribe();
  }
}

async function throughGates(
  { calls, limits }: ManagementDependencies,
  caller: Caller,
  asked: CallRequest,
): Promise<Answered> {
  const params = { name: asked.tool, arguments: asked.arguments };
  const request: RpcRequest = { kind: 'request', id: 1, method: 'tools/call', params };
  try {
    const deps = { ...calls, limit: limits.take.bind(limits) };
    return answerOf((await handle(deps, caller, request, silent)).text);
  } catch (error) {
    if (!(error instanceof RpcFailure)) throw error;
    return { outcome: 'refused', result: null, rpc_error: error.error };
  }
}

/** @param text the JSON-RPC answer; null only for a cancelled call, and nobody can cancel this one */
function answerOf(text: JsonText | null): Answered {
  const answer = parseLossless(wholeJson(text ?? '{}'));
  if (!isObject(answer) || !Object.hasOwn(answer, 'result')) {
    const rpcError = isObject(answer) ? (own(answer, 'error') as RpcError) : null;
    return { outcome: 'failed', result: null, rpc_error: rpcError };
  }
  const result = own(answer, 'result');
  const isError = isObject(result) && own(result, 'isError') === true;
  return { outcome: isError ? 'error' : 'ok', result, rpc_error: null };
}
