import type { QuestionAnswer } from '../../upstream/types.ts';

/** Sends a message on a stream that the client reads. */
export type Send = (text: string) => void;

/** The request, written under an id of its own, and its pending answer. */
interface RootsQuestion {
  readonly text: string;
  readonly answer: Promise<QuestionAnswer>;
}

/**
 * A client's roots (MCP 2025-11-25, client/roots), requested once and kept until the client announces a change. Servers request
 * them at any time; if the client has no open stream, the request waits for the next one.
 */
export class ClientRoots {
  readonly #prepare: () => RootsQuestion;
  readonly #sizeOf: (answer: QuestionAnswer) => number | Promise<number> | undefined;
  readonly #keeps: (bytes: number) => boolean;
  #asking: { readonly question: RootsQuestion; sent: boolean } | undefined;
  #known: QuestionAnswer | undefined;

  /**
   * An answer that is not kept is requested from the client again, the next time.
   * @param sizeOf the bytes of an answer; undefined if the client does not announce changes of its roots
   * @param keeps whether there is memory for that many bytes
   */
  constructor(
    prepare: () => RootsQuestion,
    sizeOf: (answer: QuestionAnswer) => number | Promise<number> | undefined,
    keeps: (bytes: number) => boolean,
  ) {
    this.#prepare = prepare;
    this.#sizeOf = sizeOf;
    this.#keeps = keeps;
  }

  /** @param send undefined if no stream is open */
  get(send: Send | undefined): Promise<QuestionAnswer> {
    if (this.#known) return Promise.resolve(this.#known);
    const { question } = (this.#asking ??= this.#begin());
    if (send) this.offer(send);
    return question.answer;
  }

  /** Called when a stream opens: sends the request that waits for one. */
  offer(send: Send): void {
    const asking = this.#asking;
    if (!asking || asking.sent) return;
    asking.sent = true;
    send(asking.question.text);
  }

  /** Discards the known roots and the answer to a request in flight. */
  changed(): void {
    this.#known = undefined;
    if (this.#asking?.sent === true) this.#asking = undefined;
  }

  #begin(): { readonly question: RootsQuestion; sent: boolean } {
    const asking = { question: this.#prepare(), sent: false };
    const settle = (answer: QuestionAnswer, bytes: number | undefined): void => {
      if (this.#asking !== asking) return;
      this.#asking = undefined;
      if (bytes !== undefined && this.#keeps(bytes)) this.#known = answer;
    };
    void asking.question.answer.then((answer) => {
      if (this.#asking !== asking) return;
      const bytes = 'result' in answer ? this.#sizeOf(answer) : undefined;
      if (bytes instanceof Promise) void bytes.then((counted) => settle(answer, counted));
      else settle(answer, bytes);
    });
    return asking;
  }
}
