import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRawJson } from './losslessNumber.ts';
import { sliceLength } from './losslessReader.ts';

/** Items of an array without members that are written at one go. */
const maxRun = 1_024;

interface Level {
  /** The keys of an object; undefined in an array. */
  readonly keys: readonly string[] | undefined;
  readonly values: Readonly<Record<string, unknown>> | readonly unknown[];
  readonly length: number;
  at: number;
  /** Nothing is written of it yet: the next member follows without a comma. */
  first: boolean;
}

/**
 * Writes values that were read from JSON as JSON.stringify does, in slices: a kept number takes many times as long as its
 * digits, and millions of them would block the event loop.
 */
class LosslessWriter {
  readonly #levels: Level[] = [];
  #written = '';

  constructor(value: unknown) {
    this.#write(value);
  }

  /** The next part of the text, of about the length of a slice; a string is never split. */
  next(): string {
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      if (this.#written.length >= sliceLength) break;
      if (level.at >= level.length) this.#close(level);
      else if (level.keys === undefined) this.#writeItems(level, level.values as readonly unknown[]);
      else this.#writeMember(level, level.keys[level.at++] ?? '');
    }
    const text = this.#written;
    this.#written = '';
    return text;
  }

  get done(): boolean {
    return this.#levels.length === 0 && this.#written === '';
  }

  #write(value: unknown): void {
    if (!isContainer(value)) this.#written += JSON.stringify(value);
    else if (Array.isArray(value)) this.#open('[', undefined, value, value.length);
    else {
      const keys = Object.keys(value);
      this.#open('{', keys, value as Readonly<Record<string, unknown>>, keys.length);
    }
  }

  #open(bracket: string, keys: Level['keys'], values: Level['values'], length: number): void {
    this.#written += bracket;
    this.#levels.push({ keys, values, length, at: 0, first: true });
  }

  #close({ keys }: Level): void {
    this.#levels.pop();
    this.#written += keys === undefined ? ']' : '}';
  }

  #writeMember(level: Level, key: string): void {
    const value = (level.values as Readonly<Record<string, unknown>>)[key];
    if (value === undefined) return;
    this.#separate(level);
    this.#written += `${JSON.stringify(key)}:`;
    this.#write(value);
  }

  #writeItems(level: Level, items: readonly unknown[]): void {
    this.#separate(level);
    const end = endOfRun(items, level.at);
    if (end === level.at) this.#write(items[level.at++]);
    else {
      this.#written += JSON.stringify(items.slice(level.at, end)).slice(1, -1);
      level.at = end;
    }
  }

  #separate(level: Level): void {
    if (!level.first) this.#written += ',';
    level.first = false;
  }
}

/** Where the items without members end, or are long enough for a slice. */
function endOfRun(items: readonly unknown[], start: number): number {
  const most = Math.min(items.length, start + maxRun);
  let length = 0;
  let end = start;
  for (; end < most && length < sliceLength; end++) {
    const item = items[end];
    if (isContainer(item) && hasMembers(item)) break;
    if (typeof item === 'string') length += item.length;
  }
  return end;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isRawJson(value);
}

function hasMembers(container: object): boolean {
  for (const key in container) if (Object.hasOwn(container, key)) return true;
  return false;
}

/**
 * The parts of a JSON text of any length, written without blocking the event loop. Takes what a reader gave, also with other
 * members around it.
 */
export async function writeInSlices(
  value: unknown,
  pause: () => Promise<unknown> = nextTurn,
): Promise<readonly string[]> {
  const writer = new LosslessWriter(value);
  const parts = [writer.next()];
  while (!writer.done) {
    await pause();
    parts.push(writer.next());
  }
  return parts;
}
