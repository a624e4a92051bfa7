import type { Scalar } from 'yaml';

/** A part of a text that another one replaces. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text with all of them made; they do not overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let result = '';
  let done = 0;
  for (const { from, to, text: part } of splices.toSorted((a, b) => a.from - b.from)) {
    result += text.slice(done, from) + part;
    done = to;
  }
  return result + text.slice(done);
}

/** Replaces a scalar where it is written; undefined for one that is written nowhere. */
export function spliceOf(text: string, { range }: Scalar, replacement: string): Splice | undefined {
  if (!range) return undefined;
  const [from, to] = range;
  // A block scalar ends after its last line.
  return { from, to, text: text.slice(from, to).endsWith('\n') ? `${replacement}\n` : replacement };
}
