import { RpcCode } from '../../errors.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import type { Caller } from '../call/caller.ts';
import { forwardAndRespond } from '../call/forwardAndRespond.ts';
import type { AdmittedRequest } from '../call/admittedRequest.ts';
import { fingerprint } from '../call/fingerprint.ts';
import type { CallDependencies } from '../call/forward.ts';
import { decided, type Checks } from '../call/authorize.ts';
import { isObject, own, type Params, type RpcRequest } from '../jsonrpc/message.ts';
import { mirroredHeaders } from '../call/mirrored/mirroredParameters.ts';
import { quote, RpcFailure } from '../jsonrpc/rpcFailure.ts';
import type { Reply } from '../call/reply.ts';
import type { CallTool } from '../../search/callTools.ts';
import { resolveTool } from './resolveTool.ts';
import { answerSearch, type SearchDependencies } from './search/answerSearch.ts';
import { calledParams, searchToolOf, wrongCall } from './search/calledTool.ts';
import { declaresTasks, startedTaskForAll } from '../tasks/extension.ts';
import { createdTaskForAll, relatedForAll } from '../tasks/translate.ts';
import { linksForAll } from '../call/resources/translate.ts';

const method = 'tools/call';

/** `tools/call`: checks, durable decision, call, durable outcome, then the answer. */
export async function callTool(
  deps: CallDependencies & SearchDependencies,
  caller: Caller,
  request: RpcRequest,
  notifier: ResponseNotifier,
): Promise<Reply> {
  const by = searchToolOf(caller, request.params);
  if (by === 'find_tools' || by === 'describe_tools') return answerSearch(deps, caller, request, by);
  const params = by === undefined ? request.params : calledParams(request.params);
  const call = await decided(caller, (checks) => admit(deps, caller, params, checks, by));
  const headers = call.failed === undefined ? await mirroredHeaders(deps, caller, call) : undefined;
  return forwardAndRespond(
    deps,
    caller,
    request,
    headers === undefined ? call : { ...call, headers },
    notifier,
  );
}

async function admit(
  deps: CallDependencies,
  caller: Caller,
  given: Params,
  checks: Checks,
  by: CallTool | undefined,
): Promise<AdmittedRequest> {
  const name = own(given, 'name');
  const args = own(given, 'arguments');
  if (typeof name !== 'string' || name === '') {
    throw new RpcFailure(RpcCode.invalidParams, 'params.name must be the name of a tool');
  }
  if (args !== undefined && !isObject(args)) {
    throw new RpcFailure(RpcCode.invalidParams, 'params.arguments must be an object');
  }
  const address = await resolveTool(deps.catalog, caller, name);
  if (address === undefined) throw unknownTool(checks, name);
  const { serverId, name: tool } = address;
  const written = args === undefined ? caller.trail.fingerprint('') : fingerprint(caller, args);
  const digest = written instanceof Promise ? await written : written;
  const server = checks.server(serverId, { method, tool });
  const via = by === undefined ? undefined : 'search';
  const unasked = await checks.tool(deps.catalog, server, { method, tool, args: digest, via });
  const failed = unasked ?? (by && wrongCall(deps.catalog, caller, server, tool, by));
  const params = taskParams(caller, given);
  return {
    server,
    method,
    tool,
    via,
    failed,
    params: { ...params, name: tool },
    translate: caller.only === null ? namesForAll(caller.era, serverId, params) : undefined,
  };
}

/** Tasks were not announced to a client whose revision lacks them: its call is an ordinary one. */
function taskParams(caller: Caller, params: Params): Params {
  const { task, ...rest } = params;
  if (task === undefined || !caller.era.supportsTasks) return rest;
  if (!isObject(task)) throw new RpcFailure(RpcCode.invalidParams, 'params.task must be an object');
  return params;
}

function namesForAll(
  { capabilities }: Caller['era'],
  serverId: string,
  params: Params,
): (result: unknown) => unknown {
  const links = linksForAll(serverId);
  if (declaresTasks(capabilities)) {
    const started = startedTaskForAll(serverId);
    return (result) => started(links(result));
  }
  if (own(params, 'task') === undefined) return links;
  const created = createdTaskForAll(serverId);
  const related = relatedForAll(serverId);
  return (result) => related(created(links(result)));
}

function unknownTool(checks: Checks, name: string): RpcFailure {
  checks.unknownTool(name, method);
  return new RpcFailure(
    RpcCode.invalidParams,
    `there is no tool named ${quote(name)}; tools are named server__tool`,
  );
}
