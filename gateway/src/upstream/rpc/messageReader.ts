import { parseLossless } from '../../json/lossless.ts';
import { readInSlices } from '../../json/losslessReader.ts';
import { Turns } from '../../turns.ts';
import { isLarge } from '../limits.ts';

export interface MessageReaderParts {
  /**
   * One message, or one item of a batch. `within` is the request on whose stream it came. What comes after it waits for the
   * promise.
   */
  message(message: unknown, bytes: number, within: number | undefined): Promise<void> | undefined;
  /** Output that is not JSON. */
  garbage(bytes: number, text: string): void;
}

/** Slices of large messages of all servers: one server after the other, however many instances of it send however much. */
const turns = new Turns();

/** Told apart without the cost of a failed parse: a server may flood us with anything. */
const looksLikeMessage = /^\s*[{[]/;

/** Parses incoming texts in the order in which they came; large ones in slices, so that the process answers others meanwhile. */
export class MessageReader {
  readonly #serverId: string;
  readonly #parts: MessageReaderParts;
  /** Large messages that are being read, and what came after them. */
  #reading: Promise<void> | undefined;
  #ended = false;

  constructor(serverId: string, parts: MessageReaderParts) {
    this.#serverId = serverId;
    this.#parts = parts;
  }

  /** Resolves once everything received so far has been read; undefined when it has. */
  get reading(): Promise<void> | undefined {
    return this.#reading;
  }

  /**
   * Takes one incoming text. A large one is read in slices, what comes after it waits for its turn: resolves when the text
   * was read, undefined when that is done already.
   */
  receive(text: string, bytes: number, within?: number): Promise<void> | undefined {
    const quick = !isLarge(text.length) || !looksLikeMessage.test(text);
    if (this.#reading === undefined && quick) {
      const handling = this.#read(text, bytes, within, parseLossless);
      return handling && this.#follow(handling);
    }
    return this.#follow(
      (this.#reading ?? Promise.resolve()).then(() => this.#readInTurn(text, bytes, within)),
    );
  }

  /** What is received from now on waits for this. */
  #follow(work: Promise<void>): Promise<void> {
    const turn = work.finally(() => {
      if (this.#reading === turn) this.#reading = undefined;
    });
    this.#reading = turn;
    return turn;
  }

  /** What is received from now on is dropped. */
  end(): void {
    this.#ended = true;
  }

  async #readInTurn(text: string, bytes: number, within: number | undefined): Promise<void> {
    if (this.#ended || !isLarge(text.length)) {
      await this.#read(text, bytes, within, parseLossless);
      return;
    }
    const read = await readInSlices(text, () => turns.next(this.#serverId)).then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    await this.#read(text, bytes, within, read);
  }

  #read(
    text: string,
    bytes: number,
    within: number | undefined,
    parse: (text: string) => unknown,
  ): Promise<void> | undefined {
    if (this.#ended) return undefined;
    if (!looksLikeMessage.test(text)) {
      this.#parts.garbage(bytes, text);
      return undefined;
    }
    let message: unknown;
    try {
      message = parse(text);
    } catch {
      this.#parts.garbage(bytes, text);
      return undefined;
    }
    // Batches exist in revision 2025-03-26 alone; reading them costs nothing.
    return this.#handle(Array.isArray(message) ? message : [message], bytes, within);
  }

  #handle(
    messages: readonly unknown[],
    bytes: number,
    within: number | undefined,
  ): Promise<void> | undefined {
    for (const [i, message] of messages.entries()) {
      const handling = this.#parts.message(message, bytes, within);
      if (handling) return handling.then(() => this.#handle(messages.slice(i + 1), bytes, within));
    }
    return undefined;
  }
}
