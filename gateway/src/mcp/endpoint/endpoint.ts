import type { Trail } from '../../audit/trail.ts';
import { AuditUnavailableError, RpcCode } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Client, Registry } from '../../registry/types.ts';
import { Answer } from './answer.ts';
import { silent, type ResponseNotifier } from '../jsonrpc/notifier.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { dispatch, type DispatchDependencies } from '../methods/dispatch.ts';
import type { Exchange } from '../jsonrpc/exchange.ts';
import { initialize } from '../era/legacy/initialize.ts';
import { enterLimit, type TakeToken } from '../call/limit.ts';
import {
  errorText,
  isRequestId,
  own,
  readMessage,
  resultText,
  type Message,
  type RpcRequest,
} from '../jsonrpc/message.ts';
import { isModern, type MirrorHeaders } from '../era/stateless/envelope.ts';
import { answerModernPost } from '../era/stateless/post.ts';
import type { Streams } from '../session/listenStreams.ts';
import { quote, RpcFailure, toRpcError } from '../jsonrpc/rpcFailure.ts';
import { errorReply, type Reply } from '../call/reply.ts';
import { assumedRevision, isSpoken, revisions, takesBatches } from '../era/legacy/revisions.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';

const maxBatch = 100;

export interface EndpointDependencies extends DispatchDependencies {
  readonly limit: TakeToken;
  readonly sessions: Sessions;
  readonly streams: Streams;
  readonly logger: Logger;
  readonly version: string;
}

/** An authenticated request to `/mcp` or `/mcp/<server>`; the authentication is noted in `trail`, not yet committed. */
export interface Arrival {
  readonly client: Client;
  readonly registry: Registry;
  /** Names the token without giving it away. */
  readonly tokenKey: string;
  readonly trail: Trail;
  readonly only: string | null;
  readonly sessionId: string | undefined;
  readonly revision: string | undefined;
  /** `Mcp-Method` and `Mcp-Name` of the stateless era. */
  readonly mirrored: Omit<MirrorHeaders, 'revision'>;
  /** `Mcp-Param-*` of the stateless era, in lower case. */
  readonly paramHeaders: () => ReadonlyMap<string, string>;
  readonly lastEventId: string | undefined;
}

/**
 * The MCP endpoint of all eras: with a handshake (2024-11-05 to 2025-11-25), stateless (2026-07-28), and for requests that are
 * of neither, which are answered statelessly in the words of the former.
 */
export class McpEndpoint {
  readonly #deps: EndpointDependencies;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: EndpointDependencies) {
    this.#deps = deps;
  }

  /** POST: one message, or a batch where the revision has them. */
  async post(arrival: Arrival, body: unknown, exchange: Exchange): Promise<void> {
    const answered = this.#post(arrival, body, exchange).catch((error: unknown) => {
      this.#report(error);
      exchange.json(200, errorText(null, toRpcError(error)));
    });
    this.#running.add(answered);
    await answered;
    this.#running.delete(answered);
  }

  /** Resolves when every message that has arrived so far is answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** GET: the session's stream of what is not the answer to a POST. */
  async get(arrival: Arrival, exchange: Exchange): Promise<void> {
    await arrival.trail.commit();
    if (arrival.sessionId === undefined || !exchange.acceptsEvents) {
      exchange.json(
        405,
        errorText(null, {
          code: RpcCode.invalidRequest,
          message:
            'GET opens the event stream of a session: send Mcp-Session-Id and Accept: text/event-stream',
        }),
        { Allow: 'POST, DELETE' },
      );
      return;
    }
    const session = this.#deps.sessions.find(arrival.sessionId, arrival);
    if (session === undefined) unknownSession(exchange);
    else session.attach(exchange.events(), arrival.lastEventId);
  }

  /** DELETE: the client is done with its session. */
  async delete(arrival: Arrival, exchange: Exchange): Promise<void> {
    await arrival.trail.commit();
    const session =
      arrival.sessionId === undefined ? undefined : this.#deps.sessions.find(arrival.sessionId, arrival);
    if (session === undefined) {
      unknownSession(exchange);
      return;
    }
    this.#deps.sessions.end(session);
    exchange.empty(204);
  }

  /** The stream that carried a session has closed, and with it the session: the transport of 2024-11-05 knows no other end. */
  leave(arrival: Arrival & { readonly sessionId: string }): void {
    const session = this.#deps.sessions.find(arrival.sessionId, arrival);
    if (session !== undefined) this.#deps.sessions.end(session);
  }

  async #post(arrival: Arrival, body: unknown, exchange: Exchange): Promise<void> {
    const message = Array.isArray(body) ? undefined : readMessage(body);
    if (message !== undefined && isOfModernEra(arrival, message)) {
      const report = (error: unknown): void => this.#report(error);
      await answerModernPost({ ...this.#deps, report }, arrival, message, exchange);
      return;
    }
    const session =
      arrival.sessionId === undefined ? undefined : this.#deps.sessions.find(arrival.sessionId, arrival);
    if (arrival.sessionId !== undefined && session === undefined) {
      await arrival.trail.commit();
      unknownSession(exchange);
      return;
    }
    if (message === undefined) {
      await this.#batch(arrival, session, body as readonly unknown[], exchange);
      return;
    }
    if (arrival.revision !== undefined && !isSpoken(arrival.revision)) {
      await arrival.trail.commit();
      const id = message.kind === 'request' ? message.id : null;
      exchange.json(400, errorText(id, unsupported(arrival.revision)));
      return;
    }
    await this.#single(arrival, session, message, exchange);
  }

  async #single(
    arrival: Arrival,
    session: Session | undefined,
    message: Message,
    exchange: Exchange,
  ): Promise<void> {
    if (message.kind === 'invalid') {
      await arrival.trail.commit();
      exchange.json(400, errorText(message.id, { code: message.code, message: message.message }));
      return;
    }
    if (message.kind !== 'request') {
      await this.#takeOther(arrival, session, message);
      exchange.empty(202);
      return;
    }
    const answer = new Answer(exchange);
    const { text, sessionId } = await this.#answer(arrival, session, arrival.trail, message, answer);
    if (text === null) answer.abandon();
    else answer.send(text, sessionId === undefined ? {} : { 'Mcp-Session-Id': sessionId });
  }

  /** Every message of a batch passes the gates by itself; the answers come together (MCP 2025-03-26, basic). */
  async #batch(
    arrival: Arrival,
    session: Session | undefined,
    body: readonly unknown[],
    exchange: Exchange,
  ): Promise<void> {
    await arrival.trail.commit();
    const revision = session?.identity.revision ?? arrival.revision ?? assumedRevision;
    const problem = batchProblem(revision, body);
    if (problem !== undefined) {
      exchange.json(400, errorText(null, { code: RpcCode.invalidRequest, message: problem }));
      return;
    }
    const texts = await Promise.all(
      body.map(async (item) => {
        const message = readMessage(item);
        if (message.kind === 'invalid')
          return errorText(message.id, { code: message.code, message: message.message });
        if (message.kind === 'request') {
          return (await this.#answer(arrival, session, arrival.trail.fork(), message, silent)).text;
        }
        await this.#takeOther(arrival, session, message);
        return null;
      }),
    );
    const answers = texts.filter((text) => text !== null);
    if (answers.length === 0) exchange.empty(202);
    else exchange.json(200, `[${answers.join(',')}]`);
  }

  /** One request through its limit and its handler; every failure becomes the text of an error. */
  async #answer(
    arrival: Arrival,
    session: Session | undefined,
    trail: Trail,
    request: RpcRequest,
    notifier: ResponseNotifier,
  ): Promise<Reply & { readonly sessionId?: string }> {
    const { client, registry, only } = arrival;
    const caller: Caller = { client, registry, only, session, trail };
    try {
      await enterLimit(this.#deps.limit, caller, request.method);
      if (request.method !== 'initialize') return await dispatch(this.#deps, caller, request, notifier);
      const opened = await initialize(this.#deps, caller, arrival.tokenKey, request);
      return { text: resultText(request.id, opened.result), sessionId: opened.session.id };
    } catch (error) {
      this.#report(error);
      return errorReply(caller, request.id, toRpcError(error));
    }
  }

  /** Notifications of the client, and its answers to what servers asked. */
  async #takeOther(arrival: Arrival, session: Session | undefined, message: Message): Promise<void> {
    await arrival.trail.commit();
    if (message.kind === 'response') session?.answered(message.id, message.answer);
    if (message.kind !== 'notification') return;
    const id = own(message.params, 'requestId');
    if (message.method === 'notifications/cancelled' && isRequestId(id)) session?.cancel(id);
    if (message.method === 'notifications/roots/list_changed' && session !== undefined)
      this.#rootsChanged(arrival, session);
  }

  #rootsChanged({ client, registry, only, trail }: Arrival, session: Session): void {
    if (session.capabilities.roots === undefined) return;
    const servers = [...client.allowServers].filter((id) => only === null || only === id);
    const owner = ownerOf({ client, registry, only, session, trail });
    for (const instance of this.#deps.pool.running(servers, owner)) {
      if (instance.era === 'legacy') instance.notify('notifications/roots/list_changed');
    }
  }

  #report(error: unknown): void {
    if (error instanceof RpcFailure || error instanceof AuditUnavailableError) return;
    if (error instanceof Error && error.name === 'UpstreamError') return;
    this.#deps.logger.error(
      `a request failed inside the gateway: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}

function batchProblem(revision: string, body: readonly unknown[]): string | undefined {
  if (!takesBatches(revision)) return `batches are no part of MCP ${revision}: send one message a request`;
  if (body.length === 0) return 'a batch must not be empty';
  if (body.length > maxBatch) return `a batch holds at most ${maxBatch} messages`;
  return undefined;
}

function isOfModernEra(arrival: Arrival, message: Message): boolean {
  if (message.kind !== 'request' && message.kind !== 'notification') return false;
  return isModern(message.method, message.params, { ...arrival.mirrored, revision: arrival.revision });
}

function unsupported(requested: string): { code: number; message: string; data: unknown } {
  return {
    code: RpcCode.unsupportedProtocolVersion,
    message: `MCP ${quote(requested)} is not spoken here; initialize with ${revisions[0]} or older`,
    data: { supported: revisions, requested },
  };
}

/** 404 tells a client to initialize anew (MCP 2025-11-25, basic/transports, "Session Management"). */
function unknownSession(exchange: Exchange): void {
  exchange.json(
    404,
    errorText(null, { code: RpcCode.unauthorized, message: 'no such session: initialize again' }),
  );
}
