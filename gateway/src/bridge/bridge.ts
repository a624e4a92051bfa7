import { isRecord } from '../json/isRecord.ts';
import { oneLine } from '../json/oneLine.ts';
import { GatewaySession, patienceMs } from './gatewaySession.ts';
import { ConnectionLostError, type Answer, type Link } from './link.ts';
import { mayRepeat, readMessage, type Request } from './messages.ts';
import { GatewayAwayError } from './provenAgent.ts';
import { StatelessRequests } from './statelessRequests.ts';

const rpcUnauthorized = '"code":-32001';

/**
 * Passes the messages of an application on stdin to the gateway over HTTP, and its messages back to stdout, as they are. When the
 * gateway restarts it opens a new session in the name of the application, which notices nothing but errors for the calls that were
 * under way.
 */
export class Bridge {
  readonly #link: Link;
  readonly #write: (line: string) => void;
  readonly #stateless = new StatelessRequests();
  readonly #session: GatewaySession;
  readonly #underWay = new Map<string, AbortController>();
  /** Notifications and answers reach the gateway in their order, and before later requests. */
  #order: Promise<unknown> = Promise.resolve();

  constructor(link: Link, write: (line: string) => void) {
    this.#link = link;
    this.#write = write;
    this.#session = new GatewaySession(link, (line) => this.#relay(line));
  }

  /** Takes a line of stdin. */
  receive(text: string): void {
    const message = readMessage(text);
    switch (message.kind) {
      case 'request':
        void this.#request(message);
        return;
      case 'batch':
        void this.#batch(message.text, message.ids);
        return;
      case 'invalid':
        this.#fail(null, -32700, 'the message is not valid JSON-RPC');
        return;
      case 'notification':
        if (message.method === 'notifications/cancelled' && this.#cancel(message.params['requestId'])) return;
        this.#inOrder(message.text, message.method === 'notifications/initialized');
        return;
      case 'response':
        this.#inOrder(message.text, false);
    }
  }

  /** Resolves once what is under way is answered. */
  async settled(): Promise<void> {
    await this.#order;
    while (this.#underWay.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Ends the session at the gateway. */
  async close(): Promise<void> {
    await this.#session.close();
    this.#link.close();
  }

  #inOrder(text: string, opensStream: boolean): void {
    this.#order = this.#order
      .then(() => this.#session.opening)
      .then(() => this.#post(text))
      .then(() => {
        if (opensStream) this.#session.listen();
      })
      // The gateway is away, and with it the session that the message belongs to.
      .catch(() => undefined);
  }

  #post(text: string): Promise<Answer> {
    return this.#link.send('POST', text, {
      headers: this.#session.headers(),
      onMessage: (message) => this.#relay(message),
    });
  }

  /** In the stateless era the end of the response is the cancellation. */
  #cancel(id: unknown): boolean {
    const found = this.#underWay.get(JSON.stringify(id));
    found?.abort();
    return found !== undefined && this.#stateless.has(id);
  }

  async #request(request: Request): Promise<void> {
    const key = JSON.stringify(request.id);
    const ending = new AbortController();
    this.#underWay.set(key, ending);
    if (request.stateless) this.#stateless.begin(request.id);
    try {
      await this.#order;
      await this.#exchange(request, request.stateless ? ending.signal : undefined);
    } catch (error) {
      if (!ending.signal.aborted || !request.stateless) this.#explain(request.id, error);
    } finally {
      this.#underWay.delete(key);
      this.#stateless.end(request.id);
    }
  }

  async #exchange(request: Request, signal: AbortSignal | undefined): Promise<void> {
    let refreshed = false;
    for (;;) {
      await this.#session.opening;
      const session = this.#session.current;
      let answer: Answer;
      const seen = { answer: false };
      try {
        answer = await this.#link.send('POST', request.text, {
          headers: request.stateless ? this.#stateless.headers(request) : this.#session.headers(),
          signal,
          onHead: (sessionId) => this.#session.began(request, sessionId),
          onMessage: (text) => {
            seen.answer ||= this.#session.takesAnswer(request, text);
            this.#relay(text);
          },
        });
      } catch (error) {
        if (seen.answer) return;
        const repeats = error instanceof GatewayAwayError || mayRepeat(request.method);
        if (signal?.aborted === true || !repeats || !(await this.#link.back(patienceMs))) throw error;
        continue;
      }
      if (answer.status === 404 && session !== undefined && !request.stateless) {
        await this.#session.reopen(session);
        continue;
      }
      if (seen.answer) return;
      const { text = '' } = answer;
      if (text === '') throw new ConnectionLostError('the answer is missing');
      if (!refreshed && text.length < 1_000 && text.includes(rpcUnauthorized)) {
        refreshed = true;
        if (await this.#link.refresh()) continue;
      }
      if (request.stateless && (await this.#stateless.learns(request, answer, this.#link))) continue;
      this.#answer(request, answer.status, text);
      return;
    }
  }

  /** A whole answer in JSON. */
  #answer(request: Request, status: number, text: string): void {
    // What is not a message of the gateway's endpoint (413, 503) would be taken for none by the application either.
    if (status !== 200 && !this.#session.takesAnswer(request, text)) {
      const message = reasonIn(text) ?? `the gateway answered with HTTP status ${status}`;
      this.#fail(request.id, -32603, message);
      return;
    }
    if (status === 200 && request.method === 'initialize') this.#session.takesAnswer(request, text);
    this.#relay(text);
    this.#session.remember(request);
  }

  async #batch(text: string, ids: readonly unknown[]): Promise<void> {
    await this.#order;
    try {
      const answer = await this.#post(text);
      if (answer.text !== undefined && answer.text !== '') this.#relay(answer.text);
    } catch (error) {
      for (const id of ids) this.#explain(id, error);
    }
  }

  #relay(text: string): void {
    this.#write(`${oneLine(text)}\n`);
  }

  #explain(id: unknown, error: unknown): void {
    if (error instanceof GatewayAwayError) {
      const message = `The LMCP gateway cannot be reached: ${error.message}. Start it with lmcp serve.`;
      this.#fail(id, -32010, message, 'gateway_away');
    } else {
      const message =
        'The connection to the LMCP gateway ended while this request was under way: whether it was executed is not known. ' +
        'Send it again if that does no harm.';
      this.#fail(id, -32010, message, 'gateway_lost');
    }
  }

  #fail(id: unknown, code: number, message: string, kind?: string): void {
    const error = { code, message, ...(kind !== undefined && { data: { kind } }) };
    this.#write(`${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`);
  }
}

/** The message of an answer outside of `/mcp`. */
function reasonIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const error = isRecord(value) ? value['error'] : undefined;
    const message = isRecord(error) ? error['message'] : isRecord(value) ? value['message'] : undefined;
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
