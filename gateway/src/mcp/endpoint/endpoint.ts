import { durable, onceDurable } from '../../audit/durable.ts';
import type { Trail } from '../../audit/trail.ts';
import { AuditUnavailableError, RpcCode, UpstreamError } from '../../errors.ts';
import { wholeJson } from '../../json/jsonText.ts';
import type { Logger } from '../../logger.ts';
import type { Caller } from '../call/caller.ts';
import type { Era } from '../call/era.ts';
import { enterLimit, type TakeToken } from '../call/limit.ts';
import { errorReply, type Reply } from '../call/reply.ts';
import type { Arrival } from '../era/arrival.ts';
import { takesBatches } from '../era/legacy/revisions.ts';
import { recognize, unknownSession, type EraDependencies, type Recognized } from '../era/recognize.ts';
import type { Exchange } from '../jsonrpc/exchange.ts';
import { errorText, readMessage, type Message, type RpcRequest } from '../jsonrpc/message.ts';
import { silent, type ResponseNotifier } from '../jsonrpc/notifier.ts';
import { RpcFailure, toRpcError } from '../jsonrpc/rpcFailure.ts';
import { handle, type HandleDependencies } from '../methods/handle.ts';
import { AnswerStreams } from '../session/answerStreams.ts';
import type { Session } from '../session/session.ts';
import { Answer } from './answer.ts';
import { reachOf, type Reach } from './clientNotification.ts';
import { enterMessages } from './otherMessages.ts';

const maxBatch = 100;

export interface EndpointDependencies extends EraDependencies, HandleDependencies {
  readonly logger: Logger;
  /** Takes a token for what is no request. */
  readonly limitMessages: TakeToken;
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
  async get(arrival: Arrival, exchange: Exchange): Promise<void> {
    if (!(await this.enter(arrival, exchange))) return;
    await onceDurable(arrival.trail, () => this.#attach(arrival, exchange));
  }

  /** The limit of what is no request; false when the exchange was answered with 429. */
  enter(arrival: Arrival, exchange: Exchange, count = 1): Promise<boolean> {
    return enterMessages(this.#deps.limitMessages, arrival, exchange, count);
  }

  /** A POST whose body is not JSON. */
  async malformed(arrival: Arrival, status: number, message: string, exchange: Exchange): Promise<void> {
    if (!(await this.enter(arrival, exchange))) return;
    arrival.trail.note({ event: 'http_rejected', allowed: false, reason: 'malformed_request' });
    await onceDurable(arrival.trail, () =>
      exchange.json(status, errorText(null, { code: RpcCode.parseError, message })),
    );
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
    const { lastEventId } = arrival;
    if (session === undefined) sendUnknownSession(exchange);
    else if (lastEventId === undefined || !AnswerStreams.isOne(lastEventId))
      session.attach(exchange.events(), lastEventId);
    else if (!session.answers.resume(lastEventId, () => exchange.events())) sendLostStream(exchange);
  }

  /** DELETE: the client is done with its session. */
  async delete(arrival: Arrival, exchange: Exchange): Promise<void> {
    const session =
      arrival.sessionId === undefined ? undefined : this.#deps.sessions.find(arrival.sessionId, arrival);
    if (session === undefined && !(await this.enter(arrival, exchange))) return;
    await onceDurable(arrival.trail, () => this.#close(session, exchange));
  }

  #close(session: Session | undefined, exchange: Exchange): void {
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
    if (recognized.kind !== 'recognized') {
      if (await this.enter(arrival, exchange)) await takeUnanswered(arrival, recognized, exchange);
    } else if (message === undefined)
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
      if (!(await this.enter(arrival, exchange))) return;
      const { id, code, message: text } = message;
      await onceDurable(arrival.trail, () => exchange.json(400, errorText(id, { code, message: text })));
      return;
    }
    if (message.kind !== 'request') {
      const reach = this.#reachOf(arrival, { era, session }, message);
      if (!isFree(session, message, reach) && !(await this.enter(arrival, exchange))) return;
      await takeOther(arrival, session, message, reach);
      exchange.empty(202);
      return;
    }
    const answer = new Answer(exchange, exchange.resumes === true ? session?.answers : undefined);
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
      if (!(await this.enter(arrival, exchange))) return;
      exchange.json(400, errorText(null, { code: RpcCode.invalidRequest, message: problem }));
      return;
    }
    const items = body.map((item) => {
      const message = readMessage(item);
      return { message, reach: this.#reachOf(arrival, { era, session }, message) };
    });
    const others = items.filter(({ message }) => message.kind !== 'request' && message.kind !== 'invalid');
    const paid = others.filter(({ message, reach }) => !isFree(session, message, reach)).length;
    if (!(await this.enter(arrival, exchange, paid))) return;
    const texts = await Promise.all(
      items.map(async ({ message, reach }) => {
        if (message.kind === 'invalid') return this.#rejectItem(arrival, era, message);
        if (message.kind === 'request') {
          const caller = callerOf(arrival, era, arrival.trail.fork());
          return (await this.#answer(caller, message, silent)).text;
        }
        await takeOther(arrival, session, message, reach);
        return null;
      }),
    );
    const answers = texts.flatMap((text) => (text === null ? [] : [wholeJson(text)]));
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

  /** An item of a batch that is not a message takes a token as a request does. */
  async #rejectItem(
    arrival: Arrival,
    era: Era,
    item: Extract<Message, { readonly kind: 'invalid' }>,
  ): Promise<string> {
    const caller = callerOf(arrival, era, arrival.trail.fork());
    const failure = await durable(caller.trail, () => {
      enterLimit(this.#deps.limit, caller, null);
      return { code: item.code, message: item.message };
    }).catch(toRpcError);
    return errorText(item.id, failure);
  }

  #reachOf(arrival: Arrival, { era, session }: InEra, message: Message): Reach | undefined {
    if (message.kind !== 'notification') return undefined;
    return reachOf(this.#deps.pool, callerOf(arrival, era), session, message);
  }

  #report(error: unknown): void {
    if (error instanceof RpcFailure || error instanceof AuditUnavailableError) return;
    if (error instanceof UpstreamError) return;
    this.#deps.logger.error(
      `a request failed inside the gateway: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}

/** Notifications of the client, logged where they reach servers, and its answers to what servers asked. */
async function takeOther(
  { trail }: Arrival,
  session: Session | undefined,
  message: Message,
  reach: Reach | undefined,
): Promise<void> {
  for (const server_id of reach?.servers ?? []) {
    const method = message.kind === 'notification' ? message.method : null;
    trail.note({ event: 'client_notification', server_id, allowed: true, reason: 'ok', detail: { method } });
  }
  await onceDurable(trail, () => {
    if (message.kind === 'response') session?.answered(message.id, message.answer);
    reach?.act();
  });
}

/** What takes no token: the end of the handshake, an answer that a server waits for, the end of a call that was paid for. */
function isFree(session: Session | undefined, message: Message, reach: Reach | undefined): boolean {
  if (message.kind === 'response') return session?.waitsFor(message.id) === true;
  if (message.kind !== 'notification') return false;
  return message.method === 'notifications/initialized' || reach?.free === true;
}

/** What is of no era, or asks for nothing. */
async function takeUnanswered(
  { trail }: Arrival,
  recognized: Exclude<Recognized, { readonly kind: 'recognized' }>,
  exchange: Exchange,
): Promise<void> {
  await durable(trail, () => {
    if (recognized.kind !== 'rejected' || !recognized.malformed) return;
    const detail = { code: recognized.error.code };
    trail.note({ event: 'http_rejected', allowed: false, reason: 'malformed_request', detail });
  });
  if (recognized.kind === 'ignored') exchange.empty(202);
  else exchange.json(recognized.status, errorText(recognized.id, recognized.error));
}

function callerOf(arrival: Arrival, era: Era, own: Trail = arrival.trail): Caller {
  const { client, registry, only, asksForSearch = false, large = false } = arrival;
  return { client, registry, only, asksForSearch, large, era, trail: own };
}

function batchProblem(revision: string, body: readonly unknown[]): string | undefined {
  if (!takesBatches(revision)) return `MCP ${revision} has no batches: send one message per request`;
  if (body.length === 0) return 'a batch must not be empty';
  if (body.length > maxBatch) return `a batch holds at most ${maxBatch} messages`;
  return undefined;
}

/** Not 404, which says that the session is over. */
function sendLostStream(exchange: Exchange): void {
  const message = 'this stream cannot be taken up again: its answer has arrived, or is kept no longer';
  exchange.json(400, errorText(null, { code: RpcCode.invalidRequest, message }));
}

function sendUnknownSession(exchange: Exchange): void {
  exchange.json(404, errorText(null, unknownSession));
}
