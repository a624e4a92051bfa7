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
 * How requests of one era of MCP differ from those of the other: with a handshake (2024-11-05 to 2025-11-25), or stateless
 * (2026-07-28). Recognised once, when the message arrives.
 */
export interface Era {
  /** The era to use with a server that supports both. */
  readonly name: EraName;
  /** The revision negotiated in the handshake; undefined without a handshake. */
  readonly revision: string | undefined;
  /** What servers may request from the client. */
  readonly capabilities: ClientCapabilities;
  /** The application's name (`clientInfo.name`). */
  readonly application: string | undefined;
  /** Null for a client without a session. */
  readonly sessionId: string | null;
  /** The lowest log level that the client set. */
  readonly logLevel: string | undefined;
  /** The client can run tools as tasks of MCP 2025-11-25. */
  readonly supportsTasks: boolean;
  /** The client mirrors arguments of calls into headers. */
  readonly mirrorsArguments: boolean;
  /** @throws RpcFailure −32020 if the client's headers differ from the arguments */
  checkMirrored(expected: Mirrored): void;
  /** The params for a server with a handshake. */
  paramsForHandshake(instance: Instance, params: Params): Params;
  /** A stateless server's result, converted to the client's era. */
  fromStateless(result: unknown): unknown;
  /** A result in the format of the client's era. */
  result(method: string, result: unknown): unknown;
  /** The HTTP status of an error. */
  errorStatus(code: number): number;
  /** Records the list sent to the client: no change is announced while the digest stays the same. */
  listed(kind: Kind, digest: string): void;
  /** Sends a message of a request that is answered already; dropped without a stream for it. */
  push(text: string, offered?: 'offered'): void;
  /** Starts forwarding: calls `send`, which reaches the server, with the client's side of the request; a promise for a large one. */
  begin(
    caller: Caller,
    request: RpcRequest,
    admitted: AdmittedRequest,
    notifier: ResponseNotifier,
    send: (client: ClientSide) => Promise<Outcome>,
  ): RequestUnderWay | Promise<RequestUnderWay>;
  /** Answers the methods that only this era has; undefined for any other. */
  respond(caller: Caller, request: RpcRequest, notifier: ResponseNotifier): Promise<Reply> | undefined;
}

/** The client's side of a request in flight. */
export interface ClientSide {
  readonly notifier: Pick<ResponseNotifier, 'notify'>;
  readonly signal: AbortSignal | undefined;
  readonly conversation: Conversation | undefined;
}

export interface RequestUnderWay {
  /** The outcome to log and answer: the request's end, or what the client has to provide first. */
  outcome(): Promise<Outcome>;
  /** The client no longer waits for the answer. */
  readonly cancelled: boolean;
  /** Called before the answer, once the outcome is durable. */
  answering(): void;
  end(): void;
}
