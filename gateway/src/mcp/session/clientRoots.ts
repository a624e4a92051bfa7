import type { QuestionAnswer } from '../../upstream/types.ts';

/** Sends a message where the client reads it. */
export type Send = (text: string) => void;

/** The question, written under an id of its own, and the answer to come. */
interface RootsQuestion {
  readonly text: string;
  readonly answer: Promise<QuestionAnswer>;
}

/**
 * A client's roots (MCP 2025-11-25, client/roots), asked for once and kept until the client says that they changed. Servers ask
 * for them at any time; where no stream of the client is open, the question waits for the next one.
 */
export class ClientRoots {
  readonly #prepare: () => RootsQuestion;
  readonly #keeps: (answer: QuestionAnswer) => boolean;
  #asking: { readonly question: RootsQuestion; sent: boolean } | undefined;
  #known: QuestionAnswer | undefined;

  /**
   * @param keeps whether an answer is kept: there is room for it, and the client tells when its roots change; else the next
   * question is put to it again
   */
  constructor(prepare: () => RootsQuestion, keeps: (answer: QuestionAnswer) => boolean) {
    this.#prepare = prepare;
    this.#keeps = keeps;
  }

  /** @param send undefined where no stream is open */
  get(send: Send | undefined): Promise<QuestionAnswer> {
    if (this.#known) return Promise.resolve(this.#known);
    const { question } = (this.#asking ??= this.#begin());
    if (send) this.offer(send);
    return question.answer;
  }

  /** A stream is open: a question that waits for one is sent. */
  offer(send: Send): void {
    const asking = this.#asking;
    if (!asking || asking.sent) return;
    asking.sent = true;
    send(asking.question.text);
  }

  /** What is known is out of date, and so is the answer to a question that was sent. */
  changed(): void {
    this.#known = undefined;
    if (this.#asking?.sent === true) this.#asking = undefined;
  }

  #begin(): { readonly question: RootsQuestion; sent: boolean } {
    const asking = { question: this.#prepare(), sent: false };
    void asking.question.answer.then((answer) => {
      if (this.#asking !== asking) return;
      this.#asking = undefined;
      if ('result' in answer && this.#keeps(answer)) this.#known = answer;
    });
    return asking;
  }
}
