import { isRecord } from '../json/isRecord.ts';
import type { Answer, Link } from './link.ts';
import type { Request } from './messages.ts';

/** The session with the gateway that stands for the application's own. */
export interface Session {
  readonly id: string;
  readonly protocolVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/** A gateway that restarts is waited for; milliseconds. */
export const patienceMs = 30_000;

/**
 * The session with the gateway in the name of the application, and its stream. When the gateway restarts, another session is opened
 * with the same log level and subscriptions.
 */
export class GatewaySession {
  readonly #link: Link;
  readonly #relay: (message: string) => void;
  /** The application's `initialize`, to be said again to a gateway that has restarted. */
  #initialize: Request | undefined;
  #current: Session | undefined;
  /** Of the response to `initialize`, until its answer has come. */
  #pendingSession: string | undefined;
  #opening: Promise<void> | undefined;
  /** What a new session has to be told again: the log level, and subscriptions by their resource. */
  readonly #told = new Map<string, string>();
  #listening: AbortController | undefined;
  #ownId = 0;
  #closed = false;

  /** @param relay takes the messages of the gateway that belong to no request */
  constructor(link: Link, relay: (message: string) => void) {
    this.#link = link;
    this.#relay = relay;
  }

  get current(): Session | undefined {
    return this.#current;
  }

  /** Another session is being opened; it has to be waited for. */
  get opening(): Promise<void> | undefined {
    return this.#opening;
  }

  /** The headers of a request within the session. */
  headers(): Record<string, string> {
    if (this.#current === undefined) return {};
    return {
      'Mcp-Session-Id': this.#current.id,
      'MCP-Protocol-Version': this.#current.protocolVersion,
    };
  }

  /** Closes the session at the gateway. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listening?.abort();
    const sent = { headers: this.headers(), onMessage: () => undefined };
    if (this.#current !== undefined) await this.#link.send('DELETE', null, sent).catch(() => undefined);
  }

  /** Whether a message answers the request. The answer to `initialize` opens the session. */
  takesAnswer(request: Request, text: string): boolean {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || 'method' in value || JSON.stringify(value['id']) !== JSON.stringify(request.id))
      return false;
    if (request.method === 'initialize' && isRecord(value['result']) && this.#pendingSession !== undefined) {
      const { protocolVersion, capabilities } = value['result'];
      this.#current = {
        id: this.#pendingSession,
        protocolVersion: String(protocolVersion),
        capabilities: isRecord(capabilities) ? capabilities : {},
      };
    }
    return true;
  }

  /** The head of the answer to a request was received. */
  began(request: Request, sessionId: string | undefined): void {
    if (request.method !== 'initialize') return;
    this.#initialize = request;
    this.#pendingSession = sessionId;
  }

  /** Keeps what a new session has to be told again, of a request that was answered. */
  remember({ method, params, text }: Request): void {
    const resource = String(params['uri']);
    if (method === 'logging/setLevel') this.#told.set(method, text);
    else if (method === 'resources/subscribe') this.#told.set(`resource ${resource}`, text);
    else if (method === 'resources/unsubscribe') this.#told.delete(`resource ${resource}`);
  }

  /** The session is over at the gateway: opens another one in its place, once for all that notice it. */
  reopen(ended: Session): Promise<void> {
    if (this.#current !== ended) return this.#opening ?? Promise.resolve();
    this.#opening ??= this.#openAgain().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #openAgain(): Promise<void> {
    const first = this.#initialize;
    if (first === undefined) return;
    this.#current = undefined;
    const opening = { ...first, id: this.#newId() };
    const text = JSON.stringify({
      jsonrpc: '2.0',
      id: opening.id,
      method: 'initialize',
      params: first.params,
    });
    const quiet = (message: string): void => void this.takesAnswer(opening, message);
    const answer = await this.#link.send('POST', text, {
      headers: {},
      onHead: (sessionId) => (this.#pendingSession = sessionId),
      onMessage: quiet,
    });
    if (answer.text !== undefined) quiet(answer.text);
    await this.#send('{"jsonrpc":"2.0","method":"notifications/initialized"}', (text) => this.#relay(text));
    for (const told of this.#told.values()) await this.#tellAgain(told);
    this.listen();
    this.#announceChanges();
  }

  async #tellAgain(text: string): Promise<void> {
    const again = { ...(JSON.parse(text) as object), id: this.#newId() };
    await this.#send(JSON.stringify(again), () => undefined);
  }

  /** What the gateway offers may have changed while it was away. */
  #announceChanges(): void {
    for (const kind of ['tools', 'prompts', 'resources']) {
      const declared = this.#current?.capabilities[kind];
      if (isRecord(declared) && declared['listChanged'] === true)
        this.#relay(`{"jsonrpc":"2.0","method":"notifications/${kind}/list_changed"}`);
    }
  }

  /** The session's own stream, opened again whenever it ends. */
  listen(): void {
    this.#listening?.abort();
    const ending = new AbortController();
    this.#listening = ending;
    void this.#keepListening(ending.signal);
  }

  async #keepListening(signal: AbortSignal): Promise<void> {
    while (!this.#isOver(signal)) {
      const session = this.#current;
      if (session === undefined) return;
      const sent = {
        headers: this.headers(),
        signal,
        onMessage: (text: string) => this.#relay(text),
      };
      const answer = await this.#link.send('GET', null, sent).catch(() => undefined);
      if (this.#isOver(signal)) return;
      if (answer?.status === 404) return void this.reopen(session).catch(() => undefined);
      // No stream is given to this session.
      if (answer !== undefined && answer.status !== 200) return;
      while (!this.#isOver(signal) && !(await this.#link.back(patienceMs)));
    }
  }

  #isOver(signal: AbortSignal): boolean {
    return this.#closed || signal.aborted;
  }

  #newId(): string {
    return `lmcp-bridge-${++this.#ownId}`;
  }

  #send(text: string, onMessage: (message: string) => void): Promise<Answer> {
    return this.#link.send('POST', text, { headers: this.headers(), onMessage });
  }
}
