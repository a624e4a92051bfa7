import { RpcCode } from '../errors.ts';
import { canBeAsked } from './clientCapabilities.ts';
import { limits } from './limits.ts';
import type { Conversation, QuestionAnswer } from './types.ts';

type Json = Readonly<Record<string, unknown>>;

/** A request under way whose client can be asked, and whose own time stands still meanwhile. */
export interface Askable {
  readonly conversation: Conversation;
  pause(): void;
  resume(): void;
  /** A signal that fires when the request is over. */
  over(): AbortSignal;
}

export interface ServerRequestsOptions {
  /** The request under way that a question belongs to: the one it came with, else the newest of the one client. */
  find(within: number | undefined): Askable | undefined;
  answer(id: unknown, answer: QuestionAnswer): void;
}

/** Servers ask for roots as soon as they are initialized, a moment before the call that started them arrives. */
const patienceMs = 2_000;
const mostWaiting = 16;
const mostOpen = 64;

/** What a server asks of its client: it is put to the client whose request is under way, and to nobody else. */
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
    const given = typeof params === 'object' && params !== null ? (params as Json) : {};
    const attempt = (): boolean => {
      const askable = this.#options.find(within);
      if (askable !== undefined) void this.#ask(id, method, given, askable);
      return askable !== undefined;
    };
    if (attempt()) return;
    if (within !== undefined || this.#waiting.length >= mostWaiting) this.#refuse(id, method);
    else this.#wait(id, method, attempt);
  }

  /** A request has begun: what waited for one can be asked now. */
  begun(): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter(({ attempt, timer }) => {
      if (!attempt()) return true;
      clearTimeout(timer);
      return false;
    });
  }

  /** The server wants no answer any more. */
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
      this.#refuse(id, method);
    }, patienceMs).unref();
    this.#waiting.push({ attempt, timer });
  }

  async #ask(id: unknown, method: string, params: Json, askable: Askable): Promise<void> {
    const key = JSON.stringify(id);
    if (!canBeAsked(askable.conversation.capabilities, method, params) || this.#open.size >= mostOpen) {
      this.#refuse(id, method);
      return;
    }
    const controller = new AbortController();
    this.#open.set(key, controller);
    askable.pause();
    try {
      const useless = AbortSignal.any([controller.signal, askable.over()]);
      const signal = AbortSignal.any([useless, AbortSignal.timeout(limits.questionMs)]);
      const answer = await askable.conversation.ask({ method, params: withoutToken(params) }, signal);
      if (!useless.aborted) this.#options.answer(id, answer);
    } finally {
      askable.resume();
      this.#open.delete(key);
    }
  }

  #refuse(id: unknown, method: string): void {
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

/** Progress on a question has no way back to the server. */
function withoutToken(params: Json): Json {
  const meta = params['_meta'];
  if (typeof meta !== 'object' || meta === null || !Object.hasOwn(meta, 'progressToken')) return params;
  const { progressToken: _token, ...rest } = meta as Json;
  return { ...params, _meta: rest };
}
