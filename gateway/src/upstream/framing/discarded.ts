import type { OversizedMessage } from '../types.ts';

const endSize = 4_096;

/** A message that streams by without being held: its size and its two ends, enough to find the id of an answer. */
export class DiscardedMessage {
  bytes = 0;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);

  get buffered(): number {
    return this.#head.length + this.#tail.length;
  }

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.#head.length < endSize) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, endSize - this.#head.length)]);
    }
    // A copy in any case: a view would keep the whole chunk alive.
    this.#tail =
      chunk.length >= endSize
        ? Buffer.from(chunk.subarray(-endSize))
        : Buffer.concat([this.#tail, chunk]).subarray(-endSize);
  }

  ends(): OversizedMessage {
    return { head: this.#head.toString('utf8'), tail: this.#tail.toString('utf8'), bytes: this.bytes };
  }
}

const idFirst = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})(?:\.0)?\s*,/;
const idLast = /,\s*"id"\s*:\s*(\d{1,15})(?:\.0)?\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/;

/**
 * The id of an answer too large to parse, where it is before or after the result. Both places are at the top level
 * of the object for certain: before anything was opened, and right before the last brace.
 */
export function idOfOversized({ head, tail }: OversizedMessage): number | undefined {
  const found = idFirst.exec(head) ?? idLast.exec(tail);
  return found ? Number(found[1]) : undefined;
}
