import { randomBytes } from 'node:crypto';
import type { Conversation, Question, QuestionAnswer } from '../../../upstream/types.ts';
import type { ResponseNotifier } from '../../jsonrpc/notifier.ts';
import { isWanted } from '../../session/logLevel.ts';
import { jsonBytes, whenWritten } from '../../../upstream/rpc/writeLarge.ts';
import { isObject, notification, own, type Params } from '../../jsonrpc/message.ts';
import type { Outcome } from '../../call/outcome.ts';
import type { Envelope } from './envelope.ts';

/** Milliseconds in which the server's requests are collected into one response. */
const gatherMs = 5;
const abandoned: QuestionAnswer = {
  error: { code: -32603, message: 'the client cancelled the call that this belongs to' },
};

interface Open {
  readonly question: Question;
  readonly bytes: number;
  readonly settle: (answer: QuestionAnswer) => void;
}

/** The state of a forwarded request: its outcome, or requests that the client has to answer first. */
export type Turn =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'questions'; readonly questions: ReadonlyMap<string, Question> };

/** The owner and the identity of a parked call. */
export interface Whose {
  readonly clientId: string;
  readonly identity: string;
  readonly requestBytes: number;
}

/**
 * A call of a stateless client to a server that sends requests. The call stays in flight at the server while the client,
 * answered with `input_required`, gathers its answers and repeats its request (MCP 2026-07-28, basic/patterns/mrtr).
 */
export class ParkedCall {
  /** The state that the client sends back; a new one for each response. */
  state = newState();
  /** Identifies who may resume it, and with which request. */
  readonly identity: string;
  /** The client whose limit it counts against. */
  readonly clientId: string;
  /** Size of its request. */
  readonly #requestBytes: number;
  readonly conversation: Conversation;
  readonly #cancel = new AbortController();
  readonly #open = new Map<string, Open>();
  #notifier: Pick<ResponseNotifier, 'notify'>;
  #outcome: Promise<Outcome> | undefined;
  #asked: (() => void) | undefined;
  #lastKey = 0;

  constructor(
    { identity, clientId, requestBytes }: Whose,
    { capabilities, logLevel }: Envelope,
    notifier: ResponseNotifier,
  ) {
    this.identity = identity;
    this.clientId = clientId;
    this.#requestBytes = requestBytes;
    this.#notifier = notifier;
    this.conversation = {
      capabilities,
      logLevel,
      takesInputRequired: true,
      // A request that names no level wants no log messages (MCP 2026-07-28, server/utilities/logging).
      notify: (method, params) => {
        if (logLevel === undefined || !isWanted(params, logLevel)) return undefined;
        return whenWritten(clientId, notification(method, params), (text) => this.notify(text, 'offered'));
      },
      ask: (question, signal) => this.#ask(question, signal),
    };
  }

  /** Bytes held while it is parked: its request, and the open requests of the server. */
  get bytes(): number {
    return this.#requestBytes + this.questionBytes;
  }

  /** Size of the open requests of the server. */
  get questionBytes(): number {
    return [...this.#open.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  begin(outcome: Promise<Outcome>): void {
    this.#outcome = outcome;
    // A waiting request reports a failure; between two requests of the client, none is waiting.
    outcome.catch(() => undefined);
  }

  notify(text: string, offered?: 'offered'): boolean {
    return this.#notifier.notify(text, offered);
  }

  cancel(): void {
    this.#cancel.abort();
    for (const { settle } of [...this.#open.values()]) settle(abandoned);
  }

  /** Resumes the call: the client's answers go to the server, and the server's messages to the new response. */
  resume(responses: unknown, notifier: ResponseNotifier): void {
    this.#notifier = notifier;
    this.state = newState();
    const given: Params = isObject(responses) ? responses : {};
    for (const [key, { settle }] of [...this.#open]) {
      const response = own(given, key);
      if (response !== undefined) settle({ result: response });
    }
  }

  /** The outcome, or the open requests of the server; those left unanswered are sent again. */
  async next(): Promise<Turn> {
    const asked = new Promise<void>((resolve) => (this.#asked = resolve));
    const outcome = this.#outcome ?? Promise.reject(new Error('a parked call has not begun'));
    if (this.#open.size > 0) this.#asked?.();
    const first = await Promise.race([outcome, asked.then(gather)]);
    this.#asked = undefined;
    if (first !== undefined) return { kind: 'outcome', outcome: first };
    if (this.#open.size === 0) return this.next();
    return {
      kind: 'questions',
      questions: new Map([...this.#open].map(([key, { question }]) => [key, question])),
    };
  }

  async #ask(question: Question, signal: AbortSignal): Promise<QuestionAnswer> {
    const size = jsonBytes(this.clientId, question);
    const bytes = typeof size === 'number' ? size : await size;
    if (signal.aborted || this.#cancel.signal.aborted) return abandoned;
    const key = `${question.method.replaceAll('/', '_')}_${++this.#lastKey}`;
    return new Promise((resolve) => {
      const settle = (answer: QuestionAnswer): void => {
        this.#open.delete(key);
        resolve(answer);
      };
      signal.addEventListener('abort', () => settle(abandoned), { once: true });
      this.#open.set(key, { question, bytes, settle });
      this.#asked?.();
    });
  }
}

function newState(): string {
  return `lmcp.${randomBytes(24).toString('base64url')}`;
}

function gather(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), gatherMs));
}
