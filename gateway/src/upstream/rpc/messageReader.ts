import { parseLossless } from '../../json/lossless.ts';
import { readInSlices } from '../../json/losslessReader.ts';
import { Turns } from '../../turns.ts';
import { isLarge } from '../limits.ts';

export interface MessageReaderParts {
  /** One message, or one item of a batch. `within` is the request on whose stream it came. */
  message(message: unknown, bytes: number, within: number | undefined): void;
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
      this.#read(text, bytes, within, parseLossless);
      return undefined;
    }
    const turn = (this.#reading ?? Promise.resolve())
      .then(() => this.#readInTurn(text, bytes, within))
      .finally(() => {
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
      this.#read(text, bytes, within, parseLossless);
      return;
    }
    const read = await readInSlices(text, () => turns.next(this.#serverId)).then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    this.#read(text, bytes, within, read);
  }

  #read(text: string, bytes: number, within: number | undefined, parse: (text: string) => unknown): void {
    if (this.#ended) return;
    if (!looksLikeMessage.test(text)) {
      this.#parts.garbage(bytes, text);
      return;
    }
    let message: unknown;
    try {
      message = parse(text);
    } catch {
      this.#parts.garbage(bytes, text);
      return;
    }
    // Batches exist in revision 2025-03-26 alone; reading them costs nothing.
    if (Array.isArray(message)) for (const item of message) this.#parts.message(item, bytes, within);
    else this.#parts.message(message, bytes, within);
  }
}
