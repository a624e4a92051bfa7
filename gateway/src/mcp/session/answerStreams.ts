import type { HeldBytes } from '../../byteBudget.ts';
import { jsonByteLength, wholeJson, type JsonText } from '../../json/jsonText.ts';
import type { EventStream } from '../jsonrpc/exchange.ts';

/** Of one session; bytes. */
const maxKept = { streams: 16, events: 64, bytes: 8 * 1024 * 1024 } as const;
/** An answer that was written to its reader is only kept while it is small: it has probably arrived. */
const maxWritten = 256 * 1024;
/** How long an answer waits for its reader to come back; milliseconds. */
const keepMs = { missed: 5 * 60_000, written: 30_000 } as const;
/** How long a reader is to wait before it comes back; milliseconds. */
const retryMs = 1_000;
const eventId = /^a([0-9]{1,9})-([0-9]{1,9})$/;

interface KeptEvent {
  readonly number: number;
  readonly text: string;
  readonly bytes: number;
}

/**
 * The streams of a session that answer one POST each. Their events have ids, so that a reader whose connection breaks takes one up
 * again by GET (MCP 2025-11-25, basic/transports, "Resumability and Redelivery"): a call goes on meanwhile, and its answer waits.
 */
export class AnswerStreams {
  readonly #held: HeldBytes | undefined;
  readonly #primes: boolean;
  readonly #streams = new Map<number, AnswerStream>();
  #last = 0;
  #bytes = 0;
  #ended = false;

  /** @param primes whether the client knows events without a message (2025-11-25 and later) */
  constructor(held: HeldBytes | undefined, primes: boolean) {
    this.#held = held;
    this.#primes = primes;
  }

  /** Whether an event id is one of these streams, now or once. */
  static isOne(lastEventId: string): boolean {
    return eventId.test(lastEventId);
  }

  open(reader: EventStream): EventStream {
    const number = ++this.#last;
    const stream = new AnswerStream(reader, {
      prefix: `a${number}-`,
      keep: (bytes) => this.#keep(bytes, number),
      give: (bytes) => this.#give(bytes),
      forget: () => this.#streams.delete(number),
    });
    this.#streams.set(number, stream);
    if (this.#primes) reader.prime(`a${number}-0`, retryMs);
    return stream;
  }

  /** Sends what came after an event, and from now on the rest; false where that is kept no longer. */
  resume(lastEventId: string, reader: () => EventStream): boolean {
    const [, number, after] = eventId.exec(lastEventId) ?? [];
    const stream = this.#streams.get(Number(number));
    if (stream === undefined) return false;
    stream.attach(reader(), Number(after));
    return true;
  }

  /** The session is over: nothing is kept any more. Calls under way are answered where they were asked (bound to their token there). */
  end(): void {
    for (const stream of this.#streams.values()) stream.release();
    this.#streams.clear();
    this.#ended = true;
  }

  /** Makes room among what is over already; false where there is none. */
  #keep(bytes: number, by: number): boolean {
    const isFull = (): boolean => this.#streams.size > maxKept.streams || this.#bytes + bytes > maxKept.bytes;
    for (const [number, stream] of this.#streams) {
      if (!isFull()) break;
      if (number !== by && stream.isOver) stream.close();
    }
    if (this.#ended || this.#bytes + bytes > maxKept.bytes || this.#held?.add(bytes) !== undefined)
      return false;
    this.#bytes += bytes;
    return true;
  }

  #give(bytes: number): void {
    if (this.#ended) return;
    this.#bytes -= bytes;
    this.#held?.give(bytes);
  }
}

interface Keeper {
  readonly prefix: string;
  readonly keep: (bytes: number) => boolean;
  readonly give: (bytes: number) => void;
  readonly forget: () => void;
}

class AnswerStream implements EventStream {
  readonly #keeper: Keeper;
  #reader: EventStream;
  #events: KeptEvent[] = [];
  /** The number of the last event; the first is 1. */
  #sent = 0;
  #over = false;
  #resumed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(reader: EventStream, keeper: Keeper) {
    this.#reader = reader;
    this.#keeper = keeper;
  }

  get open(): boolean {
    return this.#reader.open;
  }

  /** The answer has come. */
  get isOver(): boolean {
    return this.#over;
  }

  /** While nobody reads, messages before the answer go to the session's own stream. */
  send(text: string): boolean {
    return this.open && this.#reader.send(text, this.#kept(text));
  }

  offer(text: string): boolean {
    return this.open && this.#reader.offer(text, this.#kept(text));
  }

  finish(text: JsonText): void {
    const wasRead = this.open;
    this.#over = true;
    const mayKeep = !wasRead || jsonByteLength(text) <= maxWritten;
    const id = mayKeep ? this.#kept(wholeJson(text)) : this.#nextId();
    if (wasRead) this.#reader.finish(text, id);
    if (!mayKeep) this.close();
    else this.#forgetAfter(wasRead ? keepMs.written : keepMs.missed);
  }

  attach(reader: EventStream, after: number): void {
    this.#reader.close();
    this.#reader = reader;
    this.#resumed = true;
    const missed = this.#events.filter(({ number }) => number > after);
    for (const { number, text } of missed) {
      const id = this.#keeper.prefix + String(number);
      if (this.#over && number === this.#sent) reader.finish(text, id);
      else reader.send(text, id);
    }
    // What is over and was seen, or could not be kept, has nothing more to bring.
    if (this.#over) reader.close();
  }

  /** What took it up again came with the session, and goes with it. */
  release(): void {
    if (this.#over || this.#resumed) this.close();
    else this.#drop();
  }

  prime(): void {}

  close(): void {
    clearTimeout(this.#timer);
    this.#reader.close();
    this.#drop();
    this.#over = true;
    this.#keeper.forget();
  }

  onClose(listener: () => void): void {
    this.#reader.onClose(listener);
  }

  #drop(): void {
    for (const { bytes } of this.#events) this.#keeper.give(bytes);
    this.#events = [];
  }

  #nextId(): string {
    return this.#keeper.prefix + String(++this.#sent);
  }

  #kept(text: string): string {
    const id = this.#nextId();
    const bytes = Buffer.byteLength(text);
    if (this.#events.length >= maxKept.events) this.#dropOldest();
    if (this.#keeper.keep(bytes)) this.#events.push({ number: this.#sent, text, bytes });
    return id;
  }

  #dropOldest(): void {
    const dropped = this.#events.shift();
    if (dropped !== undefined) this.#keeper.give(dropped.bytes);
  }

  #forgetAfter(milliseconds: number): void {
    this.#timer = setTimeout(() => this.close(), milliseconds).unref();
  }
}
