import type { Kind } from '../../catalog/items.ts';
import type { ClientCapabilities } from '../../upstream/clientCapabilities.ts';
import type { Conversation, Era as EraName, Instance } from '../../upstream/types.ts';
import type { Params, RpcRequest } from '../jsonrpc/message.ts';
import type { ResponseNotifier } from '../jsonrpc/notifier.ts';
import type { AdmittedRequest } from './admittedRequest.ts';
import type { Caller } from './caller.ts';
import type { Mirrored } from './mirrored/mirroredArguments.ts';
import type { Outcome } from './outcome.ts';
import type { Reply } from './reply.ts';

/**
 * Everything in which a request of one era of MCP differs from those of the other: with a handshake (2024-11-05 to
 * 2025-11-25), or stateless (2026-07-28). Recognised once, when the message arrives.
 */
export interface Era {
  /** In which era a server is met that has both. */
  readonly name: EraName;
  /** What was settled on with the client in the handshake; undefined where there was none. */
  readonly revision: string | undefined;
  /** What servers may ask of the client. */
  readonly capabilities: ClientCapabilities;
  /** What the application calls itself (`clientInfo.name`). */
  readonly application: string | undefined;
  /** Null where the client has no session. */
  readonly sessionId: string | null;
  /** The lowest level of log messages that the client asked for. */
  readonly logLevel: string | undefined;
  /** The client can run tools as tasks of MCP 2025-11-25. */
  readonly supportsTasks: boolean;
  /** The client mirrors arguments of calls into headers. */
  readonly mirrorsArguments: boolean;
  /** @throws RpcFailure −32020 where the client's headers differ from the arguments */
  checkMirrored(expected: Mirrored): void;
  /** The params as a server with a handshake knows them. */
  paramsForHandshake(instance: Instance, params: Params): Params;
  /** What a stateless server answered, as the client's era knows it. */
  fromStateless(result: unknown): unknown;
  /** A result as the client reads it. */
  result(method: string, result: unknown): unknown;
  /** The HTTP status of an error. */
  errorStatus(code: number): number;
  /** The client has been given this list: as long as it stays the same, no change needs to be announced. */
  listed(kind: Kind, digest: string): void;
  /** Sends what belongs to a request that is answered already; dropped where there is no stream for it. */
  push(text: string, offered?: 'offered'): void;
  /** Begins to forward: `send` reaches the server, with the client's end of the request in its hands. */
  begin(
    caller: Caller,
    request: RpcRequest,
    admitted: AdmittedRequest,
    notifier: ResponseNotifier,
    send: (client: ClientSide) => Promise<Outcome>,
  ): RequestUnderWay;
  /** Answers the methods that this era alone has; undefined for any other. */
  respond(caller: Caller, request: RpcRequest, notifier: ResponseNotifier): Promise<Reply> | undefined;
}

/** The client's end of a request under way. */
export interface ClientSide {
  readonly notifier: Pick<ResponseNotifier, 'notify'>;
  readonly signal: AbortSignal | undefined;
  readonly conversation: Conversation | undefined;
}

export interface RequestUnderWay {
  /** What is logged and answered: how the request ended, or what the client has to provide first. */
  outcome(): Promise<Outcome>;
  /** The client waits for no answer any more. */
  readonly cancelled: boolean;
  /** Called before the answer, once the outcome is durable. */
  answering(): void;
  end(): void;
}
