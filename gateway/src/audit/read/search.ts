import { lstat } from 'node:fs/promises';
import { blocksBackwards, blocksForwards, type Block } from './blocks.ts';
import { parseLine } from '../format/chain.ts';
import { lineInstant, lineTest, type AuditFilter, type LineTest } from './filter.ts';
import { listSegments, type SegmentFile } from '../format/segmentNames.ts';
import type { AuditLine } from '../types.ts';

/** A place between two lines of a log. It stays the same place while the log grows. */
export interface LogPosition {
  /** The number of the segment. */
  readonly segment: number;
  /** Bytes before it in that segment. */
  readonly offset: number;
}

export interface Page {
  /** Newest first. */
  readonly lines: readonly AuditLine[];
  /** Where the next page ends; null when nothing older matches. */
  readonly next: LogPosition | null;
  /** The end of the log when it was searched. */
  readonly end: LogPosition;
}

export interface Count {
  readonly matched: number;
  /** False when the log was too long to read to its beginning: `matched` is a lower bound then. */
  readonly exact: boolean;
  /** The end of the log when it was counted. */
  readonly end: LogPosition;
}

/** Where counting stops, in bytes: some millions of lines. */
const COUNTED_BYTES = 4 * 1024 ** 3;
const START: LogPosition = { segment: 0, offset: 0 };

/**
 * The newest lines that match, read backwards from the end or from `before`, in bounded memory.
 * @throws the file system's error
 */
export async function findPage(
  path: string,
  filter: AuditFilter,
  { limit, before }: { readonly limit: number; readonly before?: LogPosition | undefined },
): Promise<Page> {
  const lines: AuditLine[] = [];
  const test = lineTest(filter);
  let end = before;
  let oldest = START;
  for await (const { block, segment } of backwards(path, before)) {
    end ??= endOf(block, segment);
    for (const [start, stop] of matchesIn(block.text, test).reverse()) {
      const line = parseLine(Buffer.from(block.text.slice(start, stop), 'latin1'));
      if (line === undefined) continue;
      if (lines.length === limit) return { lines, next: oldest, end };
      lines.push(line);
      oldest = { segment, offset: block.offset + start };
    }
  }
  return { lines, next: null, end: end ?? START };
}

/**
 * How many lines match, of all, or of those between two places.
 * @throws the file system's error
 */
export async function countMatches(
  path: string,
  filter: AuditFilter,
  range: {
    readonly before?: LogPosition | undefined;
    readonly from?: LogPosition | undefined;
    readonly maxBytes?: number;
  } = {},
): Promise<Count> {
  const { before, from = START, maxBytes = COUNTED_BYTES } = range;
  const test = lineTest(filter);
  let end = before;
  let [matched, bytes] = [0, 0];
  for await (const { block, segment } of backwards(path, before)) {
    end ??= endOf(block, segment);
    if (!isBefore(from, endOf(block, segment))) break;
    if (bytes >= maxBytes) return { matched, exact: false, end };
    bytes += block.text.length;
    for (const [start] of matchesIn(block.text, test)) {
      if (!isBefore({ segment, offset: block.offset + start }, from)) matched++;
    }
  }
  return { matched, exact: true, end: end ?? from };
}

/** A clock that was set back by less than this hides no line from a search that ends at an instant. */
const CLOCK_SLACK_MS = 24 * 3_600_000;

/**
 * Visits every line that matches, newest first, as it is in the file (latin1). Reading ends where all lines are older than
 * `filter.from`.
 * @throws the file system's error
 */
export async function visitMatches(
  path: string,
  filter: AuditFilter,
  visit: (line: string) => void,
): Promise<void> {
  const test = lineTest(filter);
  const oldest =
    filter.from === undefined ? '' : new Date(Date.parse(filter.from) - CLOCK_SLACK_MS).toISOString();
  for await (const { block } of backwards(path)) {
    for (const [start, stop] of matchesIn(block.text, test).reverse()) visit(block.text.slice(start, stop));
    if (lineInstant(block.text.slice(block.text.lastIndexOf('\n', block.text.length - 2) + 1)) < oldest)
      return;
  }
}

/** When the first line was written, as `ts` has it; null for an empty log. @throws the file system's error */
export async function firstInstant(path: string): Promise<string | null> {
  for (const file of await listSegments(path)) {
    for await (const { text } of blocksForwards(file.path)) return lineInstant(text);
  }
  return null;
}

/**
 * The lines that match, oldest first, byte for byte as they are in the log; what is written after the start is left out.
 * @throws the file system's error
 */
export async function* exportLines(
  path: string,
  filter: AuditFilter,
): AsyncGenerator<Buffer, void, undefined> {
  const test = lineTest(filter);
  const files = await Promise.all(
    (await listSegments(path)).map(async (file) => ({ file, size: (await lstat(file.path)).size })),
  );
  for (const { file, size } of files) {
    for await (const { text } of blocksForwards(file.path, size)) {
      const found = matchesIn(text, test).map(([start, stop]) => text.slice(start, stop + 1));
      if (found.length > 0) yield Buffer.from(found.join(''), 'latin1');
    }
  }
}

/** Whether a position that somebody hands in is one between two lines. @throws the file system's error */
export async function isPosition(path: string, { segment, offset }: LogPosition): Promise<boolean> {
  const file = (await listSegments(path)).find(({ number }) => number === segment);
  if (file === undefined || offset > (await lstat(file.path)).size) return false;
  for await (const block of blocksBackwards(file.path, offset)) {
    return block.offset + block.text.length === offset;
  }
  return offset === 0;
}

interface Read {
  readonly block: Block;
  readonly segment: number;
}

async function* backwards(path: string, before?: LogPosition): AsyncGenerator<Read, void, undefined> {
  const files = (await listSegments(path)).filter(
    ({ number }) => before === undefined || number <= before.segment,
  );
  for (const file of files.toReversed()) {
    for await (const block of blocksBackwards(file.path, endIn(file, before)))
      yield { block, segment: file.number };
  }
}

function endIn(file: SegmentFile, before: LogPosition | undefined): number | undefined {
  return before?.segment === file.number ? before.offset : undefined;
}

/** Where the lines that pass begin and end (before their newline) in the text, in its order. */
function matchesIn(text: string, { anchor, passes }: LineTest): [start: number, stop: number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < text.length;) {
    const hit = anchor === null ? at : text.indexOf(anchor, at);
    if (hit < 0) break;
    const start = anchor === null ? at : text.lastIndexOf('\n', hit) + 1;
    const stop = text.indexOf('\n', hit);
    if (passes(text.slice(start, stop))) found.push([start, stop]);
    at = stop + 1;
  }
  return found;
}

function endOf({ offset, text }: Block, segment: number): LogPosition {
  return { segment, offset: offset + text.length };
}

function isBefore(a: LogPosition, b: LogPosition): boolean {
  return a.segment === b.segment ? a.offset < b.offset : a.segment < b.segment;
}
