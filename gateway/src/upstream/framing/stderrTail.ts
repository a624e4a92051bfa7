import { limits } from '../limits.ts';

/** The end of what a server wrote to stderr, in a ring of a fixed size, however much it writes. */
export class StderrTail {
  readonly #size: number;
  #ring: Buffer | undefined;
  #written = 0;

  constructor(size: number = limits.stderrTail) {
    this.#size = size;
  }

  push(chunk: Buffer): void {
    this.#ring ??= Buffer.alloc(this.#size);
    const kept = chunk.subarray(-this.#size);
    const start = (this.#written + chunk.length - kept.length) % this.#size;
    const copied = kept.copy(this.#ring, start);
    kept.copy(this.#ring, 0, copied);
    this.#written += chunk.length;
  }

  text(): string {
    if (!this.#ring) return '';
    const start = this.#written % this.#size;
    if (this.#written <= this.#size) return this.#ring.toString('utf8', 0, this.#written);
    const whole = Buffer.concat([this.#ring.subarray(start), this.#ring.subarray(0, start)]);
    return whole.toString('utf8', firstLine(whole) ?? firstCharacter(whole));
  }
}

/** Where the first whole line starts: no half of a secret is left of the one before it. */
function firstLine(bytes: Buffer): number | undefined {
  const end = bytes.indexOf('\n');
  return end === -1 || end === bytes.length - 1 ? undefined : end + 1;
}

/** Where the first whole character starts: the ring may have cut one in two. */
function firstCharacter(bytes: Buffer): number {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return start;
}
