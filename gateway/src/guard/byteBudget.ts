import type { Readable } from 'node:stream';

/** Bytes that all requests together may hold in memory. */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** False, and nothing taken, if fewer are left. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
  /** `stream`: this one is larger than it may be; `all`: the budget is used up by others. */
  readonly limit: 'stream' | 'all';
  constructor(limit: 'stream' | 'all') {
    super(limit === 'stream' ? 'too many bytes' : 'too many bytes in all requests together');
    this.limit = limit;
  }
}

/**
 * Reads a stream to its end and works with its bytes, which count against the budget until that work is done.
 * @throws TooManyBytes
 */
export async function withBytes<T>(
  stream: Readable,
  largest: number,
  budget: ByteBudget,
  work: (bytes: Buffer) => T | Promise<T>,
): Promise<T> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (size + chunk.length > largest) throw new TooManyBytes('stream');
      if (!budget.take(chunk.length)) throw new TooManyBytes('all');
      size += chunk.length;
      chunks.push(chunk);
    }
    return await work(Buffer.concat(chunks));
  } finally {
    budget.give(size);
  }
}
