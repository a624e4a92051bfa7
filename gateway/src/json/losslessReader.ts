import { setImmediate as nextTurn } from 'node:timers/promises';
import { kept, type RawJson } from './losslessNumber.ts';

/** Deeper than real documents, yet far below the depth at which `JSON.stringify` and recursive walks overflow the stack. */
export const maxJsonDepth = 1_000;

/** Characters read between two turns of the event loop. */
export const sliceLength = 32 * 1024;

const rememberedNumbers = 1_024;

/** Items of an array after which a new piece begins: one array that grows to millions is copied, as a whole, again and again. */
const pieceLength = 128 * 1024;

type Container = unknown[] | Record<string, unknown>;

interface Level {
  into: Container;
  /** The pieces of a long array before `into`. */
  pieces: unknown[][] | undefined;
  /** The member that the next value belongs to; undefined in an array. */
  key: string | undefined;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openArray = 0x5b;
const backslash = 0x5c;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** An escape, or a character that must be escaped (RFC 8259, section 7). */
const needsDecoding = /[\\\u0000-\u001f]/;
const literals = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/**
 * Reads JSON (RFC 8259) in one pass and in slices. Numbers that a double would change keep their digits; everything else is
 * read as by JSON.parse. For texts with which JSON.parse would block the event loop or lose digits.
 */
export class LosslessReader {
  readonly #text: string;
  readonly #levels: Level[] = [];
  /** Caches kept numbers, which cost far more than others. */
  readonly #numbers = new Map<string, RawJson>();
  #at = 0;
  #expects: 'value' | 'firstValue' | 'key' | 'firstKey' | 'separator' | 'end' = 'value';
  #root: unknown;

  constructor(text: string) {
    this.#text = text;
  }

  /** The value, once {@link read} has returned true. */
  get value(): unknown {
    return this.#root;
  }

  /**
   * Continues for about that many characters (never splits a string or number); returns true at the end of the text.
   * @throws SyntaxError for text that is not JSON, or that is nested deeper than {@link maxJsonDepth}
   */
  read(characters: number): boolean {
    const until = this.#at + characters;
    while (this.#at < until) {
      this.#skipSpace(until);
      if (this.#at >= until) return false;
      if (this.#expects === 'end') {
        if (this.#at < this.#text.length) throw this.#unexpected();
        return true;
      }
      this.#step(this.#text.charCodeAt(this.#at));
    }
    return false;
  }

  #step(code: number): void {
    const expected = this.#expects;
    if (expected === 'separator') this.#readSeparator(code);
    else if (expected === 'firstKey' && code === closeObject) this.#close();
    else if (expected === 'firstValue' && code === closeArray) this.#close();
    else if (expected === 'firstKey' || expected === 'key') this.#readKey(code);
    else this.#readValue(code);
  }

  #readValue(code: number): void {
    if (code === quote) this.#place(this.#readString());
    else if (code === openObject) this.#open({}, 'firstKey');
    else if (code === openArray) this.#open([], 'firstValue');
    else if (code === 0x2d || isDigit(code)) this.#place(this.#readNumber());
    else this.#place(this.#readLiteral());
  }

  #readKey(code: number): void {
    const level = this.#levels.at(-1);
    if (code !== quote || level === undefined) throw this.#unexpected();
    level.key = this.#readString();
    this.#skipSpace(Infinity);
    if (this.#text.charCodeAt(this.#at) !== colon) throw this.#unexpected();
    this.#at++;
    this.#expects = 'value';
  }

  #readSeparator(code: number): void {
    const inArray = Array.isArray(this.#levels.at(-1)?.into);
    if (code === (inArray ? closeArray : closeObject)) {
      this.#close();
      return;
    }
    if (code !== comma) throw this.#unexpected();
    this.#at++;
    this.#expects = inArray ? 'value' : 'key';
  }

  #open(into: Container, expects: 'firstKey' | 'firstValue'): void {
    if (this.#levels.length >= maxJsonDepth) {
      throw new SyntaxError(`JSON is nested deeper than ${maxJsonDepth} levels`);
    }
    this.#levels.push({ into, pieces: undefined, key: undefined });
    this.#at++;
    this.#expects = expects;
  }

  #close(): void {
    const level = this.#levels.pop();
    this.#at++;
    if (level !== undefined)
      this.#place(level.pieces === undefined ? level.into : joined(level.pieces, level.into));
  }

  #place(value: unknown): void {
    this.#put(value);
    this.#expects = this.#levels.length === 0 ? 'end' : 'separator';
  }

  #put(value: unknown): void {
    const level = this.#levels.at(-1);
    if (level === undefined) this.#root = value;
    else if (Array.isArray(level.into)) {
      if (level.into.length >= pieceLength) {
        (level.pieces ??= []).push(level.into);
        level.into = [];
      }
      level.into.push(value);
    } else setOwn(level.into, level.key ?? '', value);
  }

  #readString(): string {
    const start = this.#at + 1;
    const end = this.#endOfString(start);
    this.#at = end + 1;
    const plain = this.#text.slice(start, end);
    // The rare rest is decoded, or rejected, by JSON.parse.
    return needsDecoding.test(plain) ? (JSON.parse(this.#text.slice(start - 1, end + 1)) as string) : plain;
  }

  /** The position of the next unescaped quote. */
  #endOfString(start: number): number {
    for (let end = this.#text.indexOf('"', start); end !== -1; end = this.#text.indexOf('"', end + 1)) {
      let escapes = 0;
      while (end - escapes > start && this.#text.charCodeAt(end - escapes - 1) === backslash) escapes++;
      if (escapes % 2 === 0) return end;
    }
    throw new SyntaxError('JSON ends within a string');
  }

  #readNumber(): number | RawJson {
    const start = this.#at;
    while (isOfNumber(this.#text.charCodeAt(this.#at))) this.#at++;
    const source = this.#text.slice(start, this.#at);
    const known = this.#numbers.get(source);
    if (known !== undefined) return known;
    const value = kept(source);
    if (typeof value === 'object' && this.#numbers.size < rememberedNumbers) this.#numbers.set(source, value);
    return value;
  }

  #readLiteral(): boolean | null {
    for (const [word, value] of literals) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    throw this.#unexpected();
  }

  #skipSpace(until: number): void {
    for (; this.#at < until; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(
      this.#at < this.#text.length ? `JSON is malformed at position ${this.#at}` : 'JSON ends too early',
    );
  }
}

function joined(pieces: readonly unknown[][], last: Container): unknown[] {
  return ([] as unknown[]).concat(...pieces, last);
}

/**
 * Reads a text of any length without blocking the event loop.
 * @throws SyntaxError for text that is not JSON, or that is nested deeper than {@link maxJsonDepth}
 */
export async function readInSlices(text: string, pause: () => Promise<unknown> = nextTurn): Promise<unknown> {
  const reader = new LosslessReader(text);
  while (!reader.read(sliceLength)) await pause();
  return reader.value;
}

/** Sets a member, also for a key such as `__proto__`. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A digit, sign, point or exponent; the whole is validated afterwards. */
function isOfNumber(code: number): boolean {
  return isDigit(code) || code === 0x2b || code === 0x2d || code === 0x2e || code === 0x45 || code === 0x65;
}
