import { follows, hashLine, parseLine, type Tip } from '../format/chain.ts';
import { tornOf, type Torn } from '../format/explained.ts';

const NEWLINE = 0x0a;

/** What a failed write left behind the last durable line. */
export interface Settled {
  /** The end of the chain, the whole lines included that did land. */
  readonly tip: Tip;
  readonly lines: readonly string[];
  /** What is left over and needs an explanation. */
  readonly torn: Torn | undefined;
  /** Whether a newline is missing before anything else may be written. */
  readonly newlineMissing: boolean;
}

/**
 * Reads what follows `tip` in a segment: whole lines that continue the chain count, the rest is torn.
 * Pure; the same rules as verification.
 */
export function settle(region: Buffer, tip: Tip): Settled {
  const lines: string[] = [];
  let end = tip;
  let sound = 0;
  for (let start = 0; start < region.length;) {
    const newline = region.indexOf(NEWLINE, start);
    const stop = newline < 0 ? region.length : newline;
    const bytes = region.subarray(start, stop);
    const line = parseLine(bytes);
    if (line !== undefined && follows(line, end) && explains(tornOf(line), region, sound, start)) {
      end = { seq: line.seq, hash: hashLine(bytes) };
      lines.push(bytes.toString('utf8'));
      sound = stop + 1;
    }
    start = stop + 1;
  }
  const newlineMissing = region.length > 0 && region.at(-1) !== NEWLINE;
  return { tip: end, lines, torn: tornBytes(region.subarray(sound), newlineMissing), newlineMissing };
}

function explains(torn: Torn | undefined, region: Buffer, from: number, to: number): boolean {
  if (from === to) return torn === undefined;
  const before = region.subarray(from, to - 1);
  return torn !== undefined && torn.bytes === before.length && torn.sha256 === hashLine(before);
}

function tornBytes(rest: Buffer, newlineMissing: boolean): Torn | undefined {
  if (rest.length === 0) return undefined;
  const bytes = newlineMissing ? rest : rest.subarray(0, -1);
  return { bytes: bytes.length, sha256: hashLine(bytes) };
}
