import type { Catalog } from '../catalog/catalog.ts';
import type { Clock } from '../clock.ts';
import { AuditUnavailableError, RpcCode, UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import type { RequestOptions, UpstreamAnswer, UpstreamPool } from '../upstream/types.ts';
import type { Meanwhile } from './answer.ts';
import { ownerOf, type Caller } from './caller.ts';
import { enterServer, enterTool } from './gates.ts';
import { errorText, isObject, notificationText, own, resultText, type RpcRequest } from './message.ts';
import { enterPinned } from './pinnedTool.ts';
import { quote, RpcFailure, toRpcError } from './refusal.ts';
import { resolveTool } from './resolveTool.ts';

const method = 'tools/call';

export interface CallDependencies {
  readonly catalog: Catalog;
  readonly pool: UpstreamPool;
  readonly clock: Clock;
}

/** A call that passed its gates: what goes to which server under which name. */
interface AdmittedCall {
  readonly server: Server;
  readonly tool: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * `tools/call`: gates, decision on record, the call, outcome on record, and only then the answer.
 * Gives the text of the answer, or null when the client has cancelled and waits for none.
 */
export async function callTool(
  deps: CallDependencies,
  caller: Caller,
  request: RpcRequest,
  meanwhile: Meanwhile,
): Promise<string | null> {
  const call = await admit(deps, caller, request);
  const cancelled = caller.session?.begin(request.id);
  const started = deps.clock.monotonic();
  meanwhile.mayTakeLong();
  try {
    const outcome = await forward(deps, caller, call, meanwhile, cancelled?.signal);
    await record(caller, call, outcome, deps.clock.monotonic() - started);
    if (cancelled?.signal.aborted === true) return null;
    return answerText(request, outcome);
  } finally {
    if (cancelled !== undefined) caller.session?.finish(request.id, cancelled);
  }
}

/** All gates; the decision is durable when this resolves. Refusals are thrown once they are durable, too. */
async function admit(deps: CallDependencies, caller: Caller, request: RpcRequest): Promise<AdmittedCall> {
  try {
    const name = own(request.params, 'name');
    const args = own(request.params, 'arguments');
    if (typeof name !== 'string' || name === '') {
      throw new RpcFailure(RpcCode.invalidParams, 'params.name must be the name of a tool');
    }
    if (args !== undefined && !isObject(args)) {
      throw new RpcFailure(RpcCode.invalidParams, 'params.arguments must be an object');
    }
    const address = await resolveTool(deps.catalog, caller, name);
    if (address === undefined) throw unknownTool(caller, name);
    const { serverId, tool } = address;
    const fingerprint = caller.trail.fingerprint(args === undefined ? '' : JSON.stringify(args));
    const server = enterServer(caller, serverId, { method, tool });
    if (server.pinTools) await enterPinned(deps.catalog, caller, server, { method, tool });
    enterTool(caller, server, { method, tool, args: fingerprint });
    return { server, tool, params: { ...request.params, name: tool } };
  } finally {
    await caller.trail.commit();
  }
}

function unknownTool(caller: Caller, name: string): RpcFailure {
  caller.trail.note({
    event: 'tool_authz',
    tool_name: name,
    allowed: false,
    reason: 'unknown_tool',
    detail: { method },
  });
  return new RpcFailure(
    RpcCode.invalidParams,
    `there is no tool named ${quote(name)}; names look like server__tool`,
  );
}

type Outcome = UpstreamAnswer | UpstreamError;

async function forward(
  deps: CallDependencies,
  caller: Caller,
  call: AdmittedCall,
  meanwhile: Meanwhile,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  try {
    const instance = await deps.pool.acquire(call.server, ownerOf(caller));
    return await instance.request(method, call.params, options(call, meanwhile, signal));
  } catch (error) {
    if (error instanceof AuditUnavailableError) throw error;
    if (error instanceof UpstreamError) return error;
    throw error;
  }
}

function options(call: AdmittedCall, meanwhile: Meanwhile, signal: AbortSignal | undefined): RequestOptions {
  const meta = own(call.params, '_meta');
  const callerToken = isObject(meta) ? own(meta, 'progressToken') : undefined;
  const wantsProgress = typeof callerToken === 'string' || typeof callerToken === 'number';
  return {
    timeoutMs: call.server.timeouts.toolsCallS * 1000,
    ...(signal === undefined ? {} : { signal }),
    ...(wantsProgress
      ? {
          progress: {
            callerToken,
            onProgress: (params) => meanwhile.notify(notificationText('notifications/progress', params)),
          },
        }
      : {}),
  };
}

async function record(
  caller: Caller,
  call: AdmittedCall,
  outcome: Outcome,
  durationMs: number,
): Promise<void> {
  caller.trail.note({
    event: 'tool_result',
    server_id: call.server.id,
    tool_name: call.tool,
    detail: { outcome: outcomeName(outcome), duration_ms: Math.round(durationMs), ...outcomeDetail(outcome) },
  });
  await caller.trail.commit();
}

type OutcomeName = 'ok' | 'error' | 'timeout' | 'cancelled' | 'upstream_exited' | 'too_large';

function outcomeName(outcome: Outcome): OutcomeName {
  if (!(outcome instanceof UpstreamError)) {
    return 'result' in outcome && !(isObject(outcome.result) && outcome.result['isError'] === true)
      ? 'ok'
      : 'error';
  }
  switch (outcome.kind) {
    case 'timeout':
    case 'cancelled':
    case 'too_large':
      return outcome.kind;
    case 'exited':
    case 'stopped':
      return 'upstream_exited';
    default:
      return 'error';
  }
}

function outcomeDetail(outcome: Outcome): Record<string, unknown> {
  if (outcome instanceof UpstreamError) return { kind: outcome.kind };
  return 'error' in outcome ? { bytes: outcome.bytes, code: outcome.error.code } : { bytes: outcome.bytes };
}

function answerText(request: RpcRequest, outcome: Outcome): string {
  if (outcome instanceof UpstreamError) return errorText(request.id, toRpcError(outcome));
  return 'error' in outcome ? errorText(request.id, outcome.error) : resultText(request.id, outcome.result);
}
