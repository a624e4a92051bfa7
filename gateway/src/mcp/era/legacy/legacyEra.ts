import type { Kind } from '../../../catalog/items.ts';
import { noCapabilities, type ClientCapabilities } from '../../../upstream/clientCapabilities.ts';
import type { Instance } from '../../../upstream/types.ts';
import type { AdmittedRequest } from '../../call/admittedRequest.ts';
import type { Caller } from '../../call/caller.ts';
import type { ClientSide, Era, RequestUnderWay } from '../../call/era.ts';
import type { Outcome } from '../../call/outcome.ts';
import type { Reply } from '../../call/reply.ts';
import type { Params, RpcRequest } from '../../jsonrpc/message.ts';
import type { ResponseNotifier } from '../../jsonrpc/notifier.ts';
import type { Session } from '../../session/session.ts';
import { hasTasks, withoutUnknownTask } from '../../tasks/support.ts';
import { conversationOf } from './conversation.ts';
import { withoutStatelessMembers } from './results.ts';

/** Answers the methods of this era alone. */
type RespondInEra = Era['respond'];

/** The eras with a handshake: what the client said of itself is kept in its session, where it has one. */
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

  /** The era mirrors no arguments, so there is nothing that could differ. */
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
    return {
      outcome: () => send({ notifier, signal: cancel?.signal, conversation }),
      get cancelled() {
        return cancel?.signal.aborted === true;
      },
      answering: () => undefined,
      end: () => {
        if (cancel !== undefined) session?.finish(id, cancel);
      },
    };
  }

  respond(caller: Caller, request: RpcRequest, notifier: ResponseNotifier): Promise<Reply> | undefined {
    return this.#respond(caller, request, notifier);
  }
}
