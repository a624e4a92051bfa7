import type { Kind } from '../../../catalog/items.ts';
import { noCapabilities, type ClientCapabilities } from '../../../upstream/clientCapabilities.ts';
import type { Instance } from '../../../upstream/types.ts';
import type { AdmittedRequest } from '../../call/admittedRequest.ts';
import type { Caller } from '../../call/caller.ts';
import type { ClientSide, Era, RequestUnderWay } from '../../call/era.ts';
import type { Outcome } from '../../call/outcome.ts';
import type { Reply } from '../../call/reply.ts';
import type { Params, RequestId, RpcRequest } from '../../jsonrpc/message.ts';
import type { ResponseNotifier } from '../../jsonrpc/notifier.ts';
import type { Session } from '../../session/session.ts';
import { hasTasks, withoutUnknownTask } from '../../tasks/support.ts';
import { conversationOf } from './conversation.ts';
import { withoutStatelessMembers } from './results.ts';

/** Answers the methods that only this era has. */
type RespondInEra = Era['respond'];

/** The eras with a handshake: what the client declared is kept in its session, if it has one. */
export class LegacyEra implements Era {
  readonly name = 'legacy';
  readonly mirrorsArguments = false;
  readonly #session: Session | undefined;
  readonly #respond: RespondInEra;

  constructor(session: Session | undefined, respond: RespondInEra = () => undefined) {
    this.#session = session;
    this.#respond = respond;
  }

  get revision(): string | undefined {
    return this.#session?.identity.revision;
  }

  get capabilities(): ClientCapabilities {
    return this.#session?.capabilities ?? noCapabilities;
  }

  get application(): string | undefined {
    return this.#session?.identity.application;
  }

  get sessionId(): string | null {
    return this.#session?.id ?? null;
  }

  get logLevel(): string | undefined {
    return this.#session?.logLevel;
  }

  get supportsTasks(): boolean {
    return hasTasks(this.revision);
  }

  /** This era mirrors no arguments, so there is nothing to check. */
  checkMirrored(): void {}

  paramsForHandshake(instance: Instance, params: Params): Params {
    return withoutUnknownTask(instance, params);
  }

  fromStateless(result: unknown): unknown {
    return withoutStatelessMembers(result);
  }

  result(_method: string, result: unknown): unknown {
    return result;
  }

  errorStatus(): number {
    return 200;
  }

  listed(kind: Kind, digest: string): void {
    this.#session?.seen.set(kind, digest);
  }

  push(text: string, offered?: 'offered'): void {
    this.#session?.push(text, offered);
  }

  begin(
    { only }: Caller,
    { id }: RpcRequest,
    { server }: AdmittedRequest,
    notifier: ResponseNotifier,
    send: (client: ClientSide) => Promise<Outcome>,
  ): RequestUnderWay {
    const session = this.#session;
    const cancel = session?.begin(id, server.id);
    const conversation = session && conversationOf(session, notifier, only === null ? server.id : undefined);
    return new LegacyRequest(
      () => send({ notifier, signal: cancel?.signal, conversation }),
      session && cancel && { session, id, cancel },
    );
  }

  respond(caller: Caller, request: RpcRequest, notifier: ResponseNotifier): Promise<Reply> | undefined {
    return this.#respond(caller, request, notifier);
  }
}

/** Requests that a session registers as in flight, so that the client can cancel them. */
interface Cancellable {
  readonly session: Session;
  readonly id: RequestId;
  readonly cancel: AbortController;
}

class LegacyRequest implements RequestUnderWay {
  readonly outcome: () => Promise<Outcome>;
  readonly #cancellable: Cancellable | undefined;

  constructor(outcome: () => Promise<Outcome>, cancellable: Cancellable | undefined) {
    this.outcome = outcome;
    this.#cancellable = cancellable;
  }

  get cancelled(): boolean {
    return this.#cancellable?.cancel.signal.aborted === true;
  }

  answering(): void {}

  end(): void {
    if (this.#cancellable === undefined) return;
    const { session, id, cancel } = this.#cancellable;
    session.finish(id, cancel);
  }
}
