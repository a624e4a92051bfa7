import { RpcCode } from '../../errors.ts';
import { canBeAsked } from '../clientCapabilities.ts';
import { limits } from '../limits.ts';
import type { Conversation, Question, QuestionAnswer } from '../types.ts';

type Json = Readonly<Record<string, unknown>>;

/** A request in flight whose client can be asked, and whose time limit is paused meanwhile. */
export interface Askable {
  readonly conversation: Conversation;
  pause(): void;
  resume(): void;
  /** A signal that fires when the request ends. */
  over(): AbortSignal;
}

export interface ServerRequestsOptions {
  /** The requests in flight that a question may belong to, newest last: the one it came with, else all of the only client. */
  find(within: number | undefined): readonly Askable[];
  /** The roots of the client that the instance serves, if they can be requested at any time. */
  roots?(): Promise<QuestionAnswer> | undefined;
  answer(id: unknown, answer: QuestionAnswer): void;
}

/** Milliseconds. Servers ask for roots as soon as they are initialized, just before the call that started them arrives. */
const patienceMs = 2_000;
const maxWaiting = 16;
const maxOpen = 64;
const nobodyLeft: QuestionAnswer = {
  error: { code: RpcCode.internalError, message: 'the call that this belonged to is over' },
};

/** Sends a server's questions only to the client whose request is in flight. */
export class ServerRequests {
  readonly #options: ServerRequestsOptions;
  readonly #open = new Map<string, AbortController>();
  #waiting: { readonly attempt: () => boolean; readonly timer: NodeJS.Timeout }[] = [];

  constructor(options: ServerRequestsOptions) {
    this.#options = options;
  }

  take(id: unknown, method: string, params: unknown, within: number | undefined): void {
    if (method === 'ping') {
      this.#options.answer(id, { result: {} });
      return;
    }
    if (method === 'roots/list' && this.#takeRoots(id, within)) return;
    const given = typeof params === 'object' && params !== null ? (params as Json) : {};
    const attempt = (): boolean => {
      const askables = this.#options.find(within);
      const newest = askables.at(-1);
      if (newest === undefined) return false;
      const { capabilities } = newest.conversation;
      if (!canBeAsked(capabilities, method, given) || this.#open.size >= maxOpen) this.#reject(id, method);
      else void this.#ask(id, { method, params: withoutToken(given) }, askables);
      return true;
    };
    if (attempt()) return;
    if (within !== undefined || this.#waiting.length >= maxWaiting) this.#reject(id, method);
    else this.#wait(id, method, attempt);
  }

  /** Roots belong to the client, not the call: the answer is still useful after the call. */
  #takeRoots(id: unknown, within: number | undefined): boolean {
    if (this.#open.size >= maxOpen) return false;
    const newest = this.#options.find(within).at(-1);
    const roots = newest ? newest.conversation.roots?.() : this.#options.roots?.();
    if (roots === undefined) return false;
    const key = JSON.stringify(id);
    const controller = new AbortController();
    this.#open.set(key, controller);
    void roots.then((answer) => {
      this.#open.delete(key);
      if (!controller.signal.aborted) this.#options.answer(id, answer);
    });
    return true;
  }

  /** A request has begun: sends the questions that waited for one. */
  begun(): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter(({ attempt, timer }) => {
      if (!attempt()) return true;
      clearTimeout(timer);
      return false;
    });
  }

  /** The server cancelled its question. */
  cancelled(id: unknown): void {
    this.#open.get(JSON.stringify(id))?.abort();
  }

  end(): void {
    for (const { timer } of this.#waiting) clearTimeout(timer);
    this.#waiting = [];
    for (const controller of this.#open.values()) controller.abort();
  }

  #wait(id: unknown, method: string, attempt: () => boolean): void {
    const timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((one) => one.timer !== timer);
      this.#reject(id, method);
    }, patienceMs).unref();
    this.#waiting.push({ attempt, timer });
  }

  async #ask(id: unknown, question: Question, askables: readonly Askable[]): Promise<void> {
    const key = JSON.stringify(id);
    const controller = new AbortController();
    this.#open.set(key, controller);
    for (const askable of askables) askable.pause();
    try {
      const over = lastOf(askables.map((askable) => askable.over()));
      const patience = AbortSignal.timeout(limits.questionMs);
      const answer = await put(question, askables, AbortSignal.any([controller.signal, over, patience]));
      if (!controller.signal.aborted) this.#options.answer(id, over.aborted ? nobodyLeft : answer);
    } finally {
      for (const askable of askables) askable.resume();
      this.#open.delete(key);
    }
  }

  #reject(id: unknown, method: string): void {
    this.#options.answer(id, {
      error: {
        code: RpcCode.methodNotFound,
        message:
          `LMCP does not answer ${method.slice(0, 64)}: ` +
          'it belongs to no call under way of one client, or that client declared no such capability.',
      },
    });
  }
}

/**
 * Sends a question to the client of these requests. A client that answers by sending a request again is asked through one
 * request at a time; when that ends, through the next.
 */
async function put(
  question: Question,
  askables: readonly Askable[],
  signal: AbortSignal,
): Promise<QuestionAnswer> {
  for (const askable of askables.toReversed()) {
    const { conversation } = askable;
    const over = askable.over();
    if (over.aborted) continue;
    const until = conversation.takesInputRequired ? AbortSignal.any([signal, over]) : signal;
    const answer = await conversation.ask(question, until);
    if (!until.aborted || signal.aborted) return answer;
  }
  return nobodyLeft;
}

/** A signal that fires when all have fired. */
function lastOf(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  let left = signals.length;
  for (const signal of signals) {
    signal.addEventListener('abort', () => --left === 0 && controller.abort(), { once: true });
  }
  return controller.signal;
}

/** Removes the progress token: progress on a question can't be returned to the server. */
function withoutToken(params: Json): Json {
  const meta = params['_meta'];
  if (typeof meta !== 'object' || meta === null || !Object.hasOwn(meta, 'progressToken')) return params;
  const { progressToken: _token, ...rest } = meta as Json;
  return { ...params, _meta: rest };
}
