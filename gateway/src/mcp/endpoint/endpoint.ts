import { durable, onceDurable } from '../../audit/durable.ts';
import type { Trail } from '../../audit/trail.ts';
import { AuditUnavailableError, RpcCode, UpstreamError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import type { Era } from '../call/era.ts';
import { errorReply, type Reply } from '../call/reply.ts';
import type { Arrival } from '../era/arrival.ts';
import { takesBatches } from '../era/legacy/revisions.ts';
import { recognize, unknownSession, type EraDependencies, type Recognized } from '../era/recognize.ts';
import type { Exchange } from '../jsonrpc/exchange.ts';
import {
  errorText,
  isRequestId,
  own,
  readMessage,
  type Message,
  type RpcRequest,
} from '../jsonrpc/message.ts';
import { silent, type ResponseNotifier } from '../jsonrpc/notifier.ts';
import { RpcFailure, toRpcError } from '../jsonrpc/rpcFailure.ts';
import { handle, type HandleDependencies } from '../methods/handle.ts';
import { Answer } from './answer.ts';

const maxBatch = 100;

export interface EndpointDependencies extends EraDependencies, HandleDependencies {
  readonly logger: Logger;
}

type InEra = Pick<Extract<Recognized, { readonly kind: 'recognized' }>, 'era' | 'session'>;

/**
 * The MCP endpoint of all eras: recognises the era of each POST, and answers its requests on one path.
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
  get(arrival: Arrival, exchange: Exchange): Promise<void> {
    return onceDurable(arrival.trail, () => this.#attach(arrival, exchange));
  }

  #attach(arrival: Arrival, exchange: Exchange): void {
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
    if (session === undefined) sendUnknownSession(exchange);
    else session.attach(exchange.events(), arrival.lastEventId);
  }

  /** DELETE: the client is done with its session. */
  delete(arrival: Arrival, exchange: Exchange): Promise<void> {
    return onceDurable(arrival.trail, () => this.#close(arrival, exchange));
  }

  #close(arrival: Arrival, exchange: Exchange): void {
    const session =
      arrival.sessionId === undefined ? undefined : this.#deps.sessions.find(arrival.sessionId, arrival);
    if (session === undefined) {
      sendUnknownSession(exchange);
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
    const recognized = recognize(this.#deps, arrival, message, exchange);
    if (recognized.kind !== 'recognized') await takeUnanswered(arrival, recognized, exchange);
    else if (message === undefined)
      await onceDurable(arrival.trail, () =>
        this.#batch(arrival, recognized, body as readonly unknown[], exchange),
      );
    else await this.#single(arrival, recognized, message, exchange);
  }

  async #single(
    arrival: Arrival,
    { era, session }: InEra,
    message: Message,
    exchange: Exchange,
  ): Promise<void> {
    if (message.kind === 'invalid') {
      const { id, code, message: text } = message;
      await onceDurable(arrival.trail, () => exchange.json(400, errorText(id, { code, message: text })));
      return;
    }
    if (message.kind !== 'request') {
      await onceDurable(arrival.trail, () => this.#takeOther(arrival, { era, session }, message));
      exchange.empty(202);
      return;
    }
    const answer = new Answer(exchange);
    const { text, headers, status, open } = await this.#answer(callerOf(arrival, era), message, answer);
    if (text !== null) answer.send(text, headers, status);
    else if (open !== true) answer.abandon();
  }

  /** Every message of a batch passes the checks by itself; the answers come together (MCP 2025-03-26, basic). */
  async #batch(
    arrival: Arrival,
    { era, session, revision }: InEra & { readonly revision: string },
    body: readonly unknown[],
    exchange: Exchange,
  ): Promise<void> {
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
          const caller = callerOf(arrival, era, arrival.trail.fork());
          return (await this.#answer(caller, message, silent)).text;
        }
        this.#takeOther(arrival, { era, session }, message);
        return null;
      }),
    );
    const answers = texts.filter((text) => text !== null);
    if (answers.length === 0) exchange.empty(202);
    else exchange.json(200, `[${answers.join(',')}]`);
  }

  /** One request of any era; every failure becomes the text of an error. */
  async #answer(caller: Caller, request: RpcRequest, notifier: ResponseNotifier): Promise<Reply> {
    try {
      return await handle(this.#deps, caller, request, notifier);
    } catch (error) {
      this.#report(error);
      return errorReply(caller, request.id, toRpcError(error));
    }
  }

  /** Notifications of the client, and its answers to what servers asked. */
  #takeOther(arrival: Arrival, { era, session }: InEra, message: Message): void {
    if (message.kind === 'response') session?.answered(message.id, message.answer);
    if (message.kind !== 'notification') return;
    const id = own(message.params, 'requestId');
    if (message.method === 'notifications/cancelled' && isRequestId(id)) session?.cancel(id);
    if (message.method === 'notifications/roots/list_changed' && session?.capabilities.roots !== undefined)
      this.#rootsChanged(callerOf(arrival, era));
  }

  #rootsChanged(caller: Caller): void {
    const { client, only } = caller;
    const servers = [...client.allowServers].filter((id) => only === null || only === id);
    for (const instance of this.#deps.pool.running(servers, ownerOf(caller))) {
      if (instance.era === 'legacy') instance.notify('notifications/roots/list_changed');
    }
  }

  #report(error: unknown): void {
    if (error instanceof RpcFailure || error instanceof AuditUnavailableError) return;
    if (error instanceof UpstreamError) return;
    this.#deps.logger.error(
      `a request failed inside the gateway: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}

/** What is of no era, or asks for nothing. */
async function takeUnanswered(
  { trail }: Arrival,
  recognized: Exclude<Recognized, { readonly kind: 'recognized' }>,
  exchange: Exchange,
): Promise<void> {
  await durable(trail, () => {
    if (recognized.kind !== 'refused' || !recognized.malformed) return;
    const detail = { code: recognized.error.code };
    trail.note({ event: 'http_rejected', allowed: false, reason: 'malformed_request', detail });
  });
  if (recognized.kind === 'ignored') exchange.empty(202);
  else exchange.json(recognized.status, errorText(recognized.id, recognized.error));
}

function callerOf({ client, registry, only, trail }: Arrival, era: Era, own: Trail = trail): Caller {
  return { client, registry, only, era, trail: own };
}

function batchProblem(revision: string, body: readonly unknown[]): string | undefined {
  if (!takesBatches(revision)) return `batches are no part of MCP ${revision}: send one message a request`;
  if (body.length === 0) return 'a batch must not be empty';
  if (body.length > maxBatch) return `a batch holds at most ${maxBatch} messages`;
  return undefined;
}

function sendUnknownSession(exchange: Exchange): void {
  exchange.json(404, errorText(null, unknownSession));
}
