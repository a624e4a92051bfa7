import { setTimeout as pause } from 'node:timers/promises';
import type { EventSourceMessage } from 'eventsource-parser';
import { UpstreamError } from '../../errors.ts';
import { SessionExpiredError, sessionOver } from '../sessionExpired.ts';
import type { Outgoing, UpstreamAnswer } from '../types.ts';
import { modernRevision } from '../rpc/modernEnvelope.ts';
import { SignInNeededError } from './authorization.ts';
import { authorizedRequest } from './exchange/authorizedRequest.ts';
import { hasType, type HttpAnswer } from './exchange/httpAnswer.ts';
import type { HttpCall } from './exchange/pinnedRequest.ts';
import type { HttpContext, HttpTransport } from './transport.ts';
import { asAnswerTo } from './asAnswerTo.ts';
import { isMessage, readEvents, readText, type Source } from './exchange/responseBody.ts';
import { ServerStream } from './serverStream.ts';
import { errorOf, lostSessionError, rejectsSession } from './failure/sessionRejection.ts';
import { rejectionOf } from './failure/rejectionOf.ts';
import { OlderTransportError, statusError } from './failure/statusError.ts';

/** Timeout of the DELETE that ends a session; milliseconds. */
const deleteTimeout = 2_000;
/** Milliseconds before a broken stream is taken up again, unless the server names another time. */
const resumeAfter = 1_000;
/** The longest time that a server may name; the limits of the call end it sooner. */
const longestResume = 10 * 60_000;
/** Times in a row that a stream is taken up again without bringing anything. */
const maxFruitlessResumes = 5;
/** Milliseconds that a server has to close the stream of an answer itself, which saves a connection. */
const lingerAfterAnswer = 250;
const visibleAscii = /^[\x21-\x7e]{1,1024}$/;

/**
 * Streamable HTTP (specification 2025-11-25, transports): a POST for every message, answered as JSON or as a stream of
 * events, and a stream of the server's own beside it. Bodies are passed on as text, nothing in them is interpreted.
 */
export class StreamableTransport implements HttpTransport {
  readonly #context: HttpContext;
  readonly #serverId: string;
  readonly #source: Source;
  readonly #exchanges = new Map<number, AbortController>();
  #session: string | undefined;
  #version: string | undefined;
  #stream: ServerStream | undefined;
  #expired = false;
  #closing = false;

  constructor(context: HttpContext) {
    this.#context = context;
    this.#serverId = context.server.id;
    this.#source = { serverId: this.#serverId, largestMessage: context.largestMessage };
  }

  async send(text: string, { request, cancels, headers }: Outgoing): Promise<void> {
    // Stateless servers take the end of the response for the cancellation (MCP 2026-07-28, basic/transports, "Cancellation").
    if (cancels !== undefined && this.#version === modernRevision) {
      this.#exchanges.get(cancels)?.abort();
      return;
    }
    const abort = new AbortController();
    if (request !== undefined) this.#exchanges.set(request, abort);
    try {
      await this.#exchange(text, request, AbortSignal.any([abort.signal, this.#context.signal]), headers);
    } finally {
      if (request !== undefined) this.#exchanges.delete(request);
      if (cancels !== undefined) this.#exchanges.get(cancels)?.abort();
    }
    if (request === undefined) this.#openServerStream();
  }

  negotiated(protocolVersion: string): void {
    this.#version = protocolVersion;
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const abort of this.#exchanges.values()) abort.abort();
    if (this.#session === undefined || this.#expired || this.#context.signal.aborted) return;
    try {
      (await this.#call('DELETE', {}, AbortSignal.timeout(deleteTimeout))).body.destroy();
    } catch {
      // The server is gone or has no use for it: it ends the session by itself.
    }
  }

  async #exchange(
    text: string,
    request: number | undefined,
    signal: AbortSignal,
    more: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const headers = {
      ...more,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const response = await this.#call('POST', headers, signal, text, request !== undefined);
    const { status } = response;
    if (status < 200 || status > 299) return this.#rejected(response, status, request);
    this.#rememberSession(response);
    if (request === undefined) {
      response.body.resume();
      return;
    }
    // Taken with an acknowledgement: the answer comes on the server's own stream, where there is one.
    if (status === 202 && (await this.#stream?.expected()) === true) {
      response.body.resume();
      return;
    }
    if (hasType(response, 'text/event-stream')) await this.#readStream(response, request, signal);
    else if (hasType(response, 'application/json')) {
      const body = await readText(response, this.#source);
      this.#checkSession(body.text, body.bytes);
      await this.#deliver(body, request);
    } else response.body.resume();
    // A request that still waits would wait forever.
    throw new UpstreamError('protocol', `Server "${this.#serverId}" ended its response without an answer.`);
  }

  #deliver(
    { text, bytes }: { readonly text: string; readonly bytes: number },
    request: number,
  ): Promise<void> | undefined {
    return this.#context.message(text, bytes, request);
  }

  /** The stream of one answer; one that breaks is taken up again where the server made that possible by event ids. */
  async #readStream(response: HttpAnswer, request: number, signal: AbortSignal): Promise<void> {
    let lastEventId: string | undefined;
    let wait = resumeAfter;
    const progress = { begun: false, answered: false, fruitless: 0 };
    let stream: HttpAnswer | undefined = response;
    let failure: unknown;
    const settle = (): void => {
      if (progress.answered || this.#context.waits(request)) return;
      progress.answered = true;
      const body = stream?.body;
      setTimeout(() => body?.destroy(), lingerAfterAnswer).unref();
    };
    const sink = {
      event: (event: EventSourceMessage): Promise<void> | undefined => {
        const { id, data } = event;
        if (event.event === 'endpoint' && this.#version === undefined)
          throw new OlderTransportError(this.#serverId);
        progress.fruitless = 0;
        if (id !== undefined) lastEventId = id;
        // A priming event carries an id and no message.
        if (!isMessage(event)) return undefined;
        const bytes = Buffer.byteLength(data);
        if (!progress.begun) this.#checkSession(data, bytes);
        progress.begun = true;
        const taken = this.#deliver({ text: data, bytes }, request);
        if (taken !== undefined) return taken.then(settle);
        settle();
        return undefined;
      },
      retry: (milliseconds: number): void => {
        wait = Math.min(Math.max(milliseconds, 100), longestResume);
      },
    };
    for (;;) {
      if (stream !== undefined)
        failure = await readEvents(stream, this.#source, sink).catch((error: unknown) => error);
      if (progress.answered) return;
      if (signal.aborted || isFinal(failure)) throw failure;
      if (lastEventId === undefined || progress.fruitless++ >= maxFruitlessResumes) {
        if (failure instanceof UpstreamError) throw failure;
        return;
      }
      await pause(wait, undefined, { signal });
      const headers = { accept: 'text/event-stream', 'last-event-id': lastEventId };
      // What broke the stream may last for more than one try.
      stream = await this.#call('GET', headers, signal).catch((error: unknown) => void (failure = error));
      if (stream !== undefined && stream.status !== 200)
        return this.#rejected(stream, stream.status, request, true);
    }
  }

  /**
   * A rejection can carry the answer itself, as a JSON-RPC error, and it can say that the session is over. What began to run is
   * in no case sent again.
   */
  async #rejected(
    response: HttpAnswer,
    status: number,
    request: number | undefined,
    begun = false,
  ): Promise<void> {
    const body = await readText(response, this.#source).catch(() => undefined);
    const text = body?.text ?? '';
    const answer = body && request !== undefined ? asAnswerTo(text, request, this.#initialized) : undefined;
    if (!begun && this.#endsSession(status, text)) {
      const rejection = statusError(this.#context.server, status, text);
      if (status === 503) throw this.#sessionExpired(rejection, false);
      const error = answer === undefined ? undefined : errorOf(answer);
      throw this.#sessionExpired(
        sessionOver(this.#serverId, rejection.operatorDetail),
        true,
        error && { error, bytes: text.length },
      );
    }
    const rejection = rejectionOf(this.#context, response, text);
    const isAnswered = body && request !== undefined && answer !== undefined;
    if (!isAnswered || rejection instanceof SignInNeededError) throw rejection;
    await this.#deliver({ text: answer, bytes: body.bytes }, request);
  }

  get #initialized(): boolean {
    return this.#version !== undefined && this.#version !== modernRevision;
  }

  /** 404 (MCP 2025-11-25, basic/transports, "Session Management"), and what servers answer instead. */
  #endsSession(status: number, text: string): boolean {
    return this.#initialized && rejectsSession(status, text, this.#session !== undefined);
  }

  /** Some servers reject with a JSON-RPC error in a response of status 200. @throws SessionExpiredError */
  #checkSession(text: string, bytes: number): void {
    const error = this.#initialized ? lostSessionError(text) : undefined;
    if (error === undefined) return;
    throw this.#sessionExpired(sessionOver(this.#serverId), true, { error, bytes });
  }

  #sessionExpired(error: UpstreamError, unexecuted: boolean, answer?: UpstreamAnswer): SessionExpiredError {
    this.#expired = true;
    return new SessionExpiredError(error, unexecuted, answer);
  }

  #rememberSession({ headers }: HttpAnswer): void {
    const session = headers['mcp-session-id'];
    if (typeof session === 'string' && visibleAscii.test(session)) this.#session = session;
  }

  #openServerStream(): void {
    if (this.#version === undefined || this.#version === modernRevision) return;
    if (this.#stream || this.#closing) return;
    this.#stream = new ServerStream({
      source: this.#source,
      signal: this.#context.signal,
      // Over the connection that is free first: it must not be overtaken by a request whose answer it brings.
      open: (headers) => this.#call('GET', headers, this.#context.signal, undefined, true),
      message: (text, bytes) => this.#context.message(text, bytes),
    });
    void this.#stream.run();
  }

  #call(
    method: HttpCall['method'],
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    body?: string,
    mayWait = false,
  ): Promise<HttpAnswer> {
    const { server, agent, sideAgent } = this.#context;
    const all = {
      ...lowerCased(server.headers),
      ...headers,
      ...(this.#session !== undefined && { 'mcp-session-id': this.#session }),
      ...(this.#version !== undefined && { 'mcp-protocol-version': this.#version }),
    };
    return authorizedRequest(
      this.#context,
      server.url,
      { method, headers: all, signal, ...(body !== undefined && { body }) },
      mayWait ? agent : sideAgent,
    );
  }
}

/** Names of headers know no case: the protocol's own replace the registry's, and none is sent twice. */
function lowerCased(headers: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]));
}

/** Nothing that the server sends further would change it. */
function isFinal(error: unknown): error is UpstreamError {
  const kinds: readonly unknown[] = [SessionExpiredError, OlderTransportError, SignInNeededError];
  return error instanceof UpstreamError && (error.kind === 'too_large' || kinds.includes(error.constructor));
}
