import { isRecord } from '../json/isRecord.ts';
import { oneLine } from '../json/oneLine.ts';
import { ConnectionLostError, type Answer, type Link, type Sent } from './link.ts';
import { mayRepeat, readMessage, type Message } from './messages.ts';
import { GatewayAwayError } from './provenAgent.ts';
import { StatelessRequests } from './statelessRequests.ts';

type Request = Extract<Message, { readonly kind: 'request' }>;

/** The session with the gateway that stands for the application's own. */
interface Session {
  readonly id: string;
  readonly protocolVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/** A gateway that restarts is waited for; milliseconds. */
const patienceMs = 30_000;
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
  /** The application's `initialize`, to be said again to a gateway that has restarted. */
  #initialize: Request | undefined;
  #session: Session | undefined;
  /** Of the response to `initialize`, until its answer has come. */
  #pendingSession: string | undefined;
  #opening: Promise<void> | undefined;
  /** What a new session has to be told again: the log level, and subscriptions by their resource. */
  readonly #told = new Map<string, string>();
  readonly #underWay = new Map<string, AbortController>();
  /** Notifications and answers reach the gateway in their order, and before later requests. */
  #order: Promise<unknown> = Promise.resolve();
  #listening: AbortController | undefined;
  #ownId = 0;
  #closed = false;

  constructor(link: Link, write: (line: string) => void) {
    this.#link = link;
    this.#write = write;
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
    this.#closed = true;
    this.#listening?.abort();
    const sent = { headers: this.#sessionHeaders(), onMessage: () => undefined };
    if (this.#session !== undefined) await this.#link.send('DELETE', null, sent).catch(() => undefined);
    this.#link.close();
  }

  #inOrder(text: string, opensStream: boolean): void {
    this.#order = this.#order
      .then(() => this.#opening)
      .then(() => this.#post(text))
      .then(() => {
        if (opensStream) this.#listen();
      })
      // The gateway is away, and with it the session that the message belongs to.
      .catch(() => undefined);
  }

  #post(text: string): Promise<Answer> {
    return this.#link.send('POST', text, {
      headers: this.#sessionHeaders(),
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
      await this.#opening;
      const session = this.#session;
      let answer: Answer;
      const seen = { answer: false };
      try {
        answer = await this.#link.send('POST', request.text, {
          headers: request.stateless ? this.#stateless.headers(request) : this.#sessionHeaders(),
          signal,
          onHead: (sessionId) => this.#began(request, sessionId),
          onMessage: (text) => {
            seen.answer ||= this.#takeAnswer(request, text);
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
        await this.#reopen(session);
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
    // What is no message of the gateway's endpoint (413, 503) would be taken for none by the application either.
    if (status !== 200 && !this.#takeAnswer(request, text)) {
      const message = reasonIn(text) ?? `the gateway answered with HTTP status ${status}`;
      this.#fail(request.id, -32603, message);
      return;
    }
    if (status === 200 && request.method === 'initialize') this.#takeAnswer(request, text);
    this.#relay(text);
    this.#remember(request);
  }

  /** Whether a message answers the request. The answer to `initialize` opens the session. */
  #takeAnswer(request: Request, text: string): boolean {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || 'method' in value || JSON.stringify(value['id']) !== JSON.stringify(request.id))
      return false;
    if (request.method === 'initialize' && isRecord(value['result']) && this.#pendingSession !== undefined) {
      const { protocolVersion, capabilities } = value['result'];
      this.#session = {
        id: this.#pendingSession,
        protocolVersion: String(protocolVersion),
        capabilities: isRecord(capabilities) ? capabilities : {},
      };
    }
    return true;
  }

  #began(request: Request, sessionId: string | undefined): void {
    if (request.method !== 'initialize') return;
    this.#initialize = request;
    this.#pendingSession = sessionId;
  }

  #remember({ method, params, text }: Request): void {
    const resource = String(params['uri']);
    if (method === 'logging/setLevel') this.#told.set(method, text);
    else if (method === 'resources/subscribe') this.#told.set(`resource ${resource}`, text);
    else if (method === 'resources/unsubscribe') this.#told.delete(`resource ${resource}`);
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

  /** The session is over at the gateway: opens another one in its place, once for all that notice it. */
  #reopen(ended: Session): Promise<void> {
    if (this.#session !== ended) return this.#opening ?? Promise.resolve();
    this.#opening ??= this.#openAgain().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #openAgain(): Promise<void> {
    const first = this.#initialize;
    if (first === undefined) return;
    this.#session = undefined;
    const opening = { ...first, id: this.#newId() };
    const text = JSON.stringify({
      jsonrpc: '2.0',
      id: opening.id,
      method: 'initialize',
      params: first.params,
    });
    const quiet = (message: string): void => void this.#takeAnswer(opening, message);
    const answer = await this.#link.send('POST', text, {
      headers: {},
      onHead: (sessionId) => (this.#pendingSession = sessionId),
      onMessage: quiet,
    });
    if (answer.text !== undefined) quiet(answer.text);
    await this.#post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    for (const told of this.#told.values()) await this.#tellAgain(told);
    this.#listen();
    this.#announceChanges();
  }

  async #tellAgain(text: string): Promise<void> {
    const again = { ...(JSON.parse(text) as object), id: this.#newId() };
    const sent: Sent = { headers: this.#sessionHeaders(), onMessage: () => undefined };
    await this.#link.send('POST', JSON.stringify(again), sent);
  }

  /** What the gateway offers may have changed while it was away. */
  #announceChanges(): void {
    for (const kind of ['tools', 'prompts', 'resources']) {
      const declared = this.#session?.capabilities[kind];
      if (isRecord(declared) && declared['listChanged'] === true)
        this.#write(`{"jsonrpc":"2.0","method":"notifications/${kind}/list_changed"}\n`);
    }
  }

  /** The session's own stream, opened again whenever it ends. */
  #listen(): void {
    this.#listening?.abort();
    const ending = new AbortController();
    this.#listening = ending;
    void this.#keepListening(ending.signal);
  }

  async #keepListening(signal: AbortSignal): Promise<void> {
    while (!this.#isOver(signal)) {
      const session = this.#session;
      if (session === undefined) return;
      const sent = {
        headers: this.#sessionHeaders(),
        signal,
        onMessage: (text: string) => this.#relay(text),
      };
      const answer = await this.#link.send('GET', null, sent).catch(() => undefined);
      if (this.#isOver(signal)) return;
      if (answer?.status === 404) return void this.#reopen(session).catch(() => undefined);
      // No stream is given to this session.
      if (answer !== undefined && answer.status !== 200) return;
      while (!this.#isOver(signal) && !(await this.#link.back(patienceMs)));
    }
  }

  #isOver(signal: AbortSignal): boolean {
    return this.#closed || signal.aborted;
  }

  #sessionHeaders(): Record<string, string> {
    if (this.#session === undefined) return {};
    return {
      'Mcp-Session-Id': this.#session.id,
      'MCP-Protocol-Version': this.#session.protocolVersion,
    };
  }

  #newId(): string {
    return `lmcp-bridge-${++this.#ownId}`;
  }

  #relay(text: string): void {
    this.#write(`${oneLine(text)}\n`);
  }

  #explain(id: unknown, error: unknown): void {
    if (error instanceof GatewayAwayError) {
      const message = `The LMCP gateway can not be reached: ${error.message}. Start it with lmcp serve.`;
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
