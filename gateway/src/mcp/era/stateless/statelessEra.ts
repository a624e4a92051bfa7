import type { ClientCapabilities } from '../../../upstream/clientCapabilities.ts';
import type { Instance } from '../../../upstream/types.ts';
import type { AdmittedRequest } from '../../call/admittedRequest.ts';
import type { Caller } from '../../call/caller.ts';
import type { CallDependencies } from '../../call/forward.ts';
import type { ClientSide, Era, RequestUnderWay } from '../../call/era.ts';
import type { Mirrored } from '../../call/mirrored/mirroredArguments.ts';
import type { Outcome } from '../../call/outcome.ts';
import { resultReply, type Reply } from '../../call/reply.ts';
import type { Exchange } from '../../jsonrpc/exchange.ts';
import type { Params, RpcRequest } from '../../jsonrpc/message.ts';
import type { ResponseNotifier } from '../../jsonrpc/notifier.ts';
import { askOfTask } from '../../methods/askTask.ts';
import { extensionMethods, requireTasks } from '../../tasks/extension.ts';
import { begin, identityOf } from './begin.ts';
import type { Whose } from './parkedCall.ts';
import { discover } from './discover.ts';
import type { Envelope } from './envelope.ts';
import { listen, type ListenDependencies } from './listen.ts';
import { checkParameterHeaders } from './parameterHeaders.ts';
import { withoutEnvelope } from './params.ts';
import type { ParkedCalls } from './parkedCalls.ts';
import { modernResult, modernStatus } from './results.ts';

export interface StatelessDependencies extends CallDependencies, ListenDependencies {
  readonly parked: ParkedCalls;
}

/** A valid request of the stateless era, beyond the members that every request has. */
export interface StatelessRequest {
  readonly tokenKey: string;
  readonly envelope: Envelope;
  /** `Mcp-Param-*`, in lower case. */
  readonly parameterHeaders: ReadonlyMap<string, string>;
  readonly exchange: Exchange;
}

/** The stateless era (MCP 2026-07-28): each request carries the information about its client. */
export class StatelessEra implements Era {
  readonly name = 'modern';
  readonly sessionId = null;
  readonly supportsTasks = false;
  readonly revision = undefined;
  readonly mirrorsArguments = true;
  readonly #deps: StatelessDependencies;
  readonly #request: StatelessRequest;
  readonly #gone = new AbortController();

  constructor(deps: StatelessDependencies, request: StatelessRequest) {
    this.#deps = deps;
    this.#request = request;
    request.exchange.onGone(() => this.#gone.abort());
  }

  get capabilities(): ClientCapabilities {
    return this.#request.envelope.capabilities;
  }

  get application(): string | undefined {
    return this.#request.envelope.application;
  }

  get logLevel(): string | undefined {
    return this.#request.envelope.logLevel;
  }

  checkMirrored(expected: Mirrored): void {
    checkParameterHeaders(expected, this.#request.parameterHeaders);
  }

  paramsForHandshake(_instance: Instance, params: Params): Params {
    return withoutEnvelope(params);
  }

  fromStateless(result: unknown): unknown {
    return result;
  }

  result(method: string, result: unknown): unknown {
    return modernResult(method, result);
  }

  errorStatus(code: number): number {
    return modernStatus(code);
  }

  /** Without a session the list can't be related to a stream. */
  listed(): void {}

  /** Without a session there is no stream besides the responses. */
  push(): void {}

  begin(
    caller: Caller,
    request: RpcRequest,
    admitted: AdmittedRequest,
    notifier: ResponseNotifier,
    send: (client: ClientSide) => Promise<Outcome>,
  ): RequestUnderWay | Promise<RequestUnderWay> {
    const client = { envelope: this.#request.envelope, gone: this.#gone.signal };
    const from = (whose: Whose): RequestUnderWay =>
      begin(this.#deps.parked, client, whose, request, notifier, send);
    const whose = identityOf(caller, admitted);
    return whose instanceof Promise ? whose.then(from) : from(whose);
  }

  respond(caller: Caller, request: RpcRequest, notifier: ResponseNotifier): Promise<Reply> | undefined {
    if (extensionMethods.has(request.method)) {
      requireTasks(this.capabilities);
      return askOfTask(this.#deps, caller, request, notifier);
    }
    const { tokenKey, exchange } = this.#request;
    switch (request.method) {
      case 'server/discover':
        return discover(this.#deps.catalog, caller).then((result) => resultReply(caller, request, result));
      case 'subscriptions/listen':
        return listen(this.#deps, caller, tokenKey, request, exchange);
      default:
        return undefined;
    }
  }
}
