import { lstat } from 'node:fs/promises';
import { blocksBackwards, blocksForwards, type Block } from './blocks.ts';
import { parseLine } from '../format/chain.ts';
import { lineInstant, lineTest, type AuditFilter, type LineTest } from './filter.ts';
import { listSegments } from '../format/segmentNames.ts';
import { groupTest, groupsThatPass, mayHold } from '../index/answers.ts';
import type { LogIndex } from '../index/logIndex.ts';
import type { Group } from '../index/summary.ts';
import { piecesBackwards, type LogPosition } from './pieces.ts';
import type { AuditLine } from '../types.ts';

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
 * @param range.index what spares reading lines that can't match
 * @throws the file system's error
 */
export async function findPage(
  path: string,
  filter: AuditFilter,
  range: {
    readonly limit: number;
    readonly before?: LogPosition | undefined;
    readonly index?: LogIndex | undefined;
  },
): Promise<Page> {
  const { limit, before } = range;
  const lines: AuditLine[] = [];
  const test = lineTest(filter);
  let end = before;
  let oldest = START;
  for await (const { block, segment } of backwards(path, filter, range)) {
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
    readonly index?: LogIndex | undefined;
  } = {},
): Promise<Count> {
  const { before, from = START, maxBytes = COUNTED_BYTES } = range;
  const test = lineTest(filter);
  let end = before;
  let [matched, bytes] = [0, 0];
  for await (const { block, segment } of backwards(path, filter, range)) {
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

/**
 * Visits every line that matches, newest first, as it is in the file (latin1). Reading ends where all lines are older than
 * `filter.from`.
 * @throws the file system's error
 */
export async function visitMatches(
  path: string,
  filter: AuditFilter,
  visit: (line: string) => void,
  index?: LogIndex,
): Promise<void> {
  const test = lineTest(filter);
  for await (const { block } of backwards(path, filter, { index })) {
    for (const [start, stop] of matchesIn(block.text, test).reverse()) visit(block.text.slice(start, stop));
  }
}

/** Takes what matches: line by line, or many alike at the same time. */
export interface Tally {
  /** The slot of an instant (milliseconds since the Unix epoch): what is in the same slot is counted alike. */
  readonly slotOf: (at: number) => number;
  /** A line as it is in the file (latin1). */
  readonly line: (line: string) => void;
  readonly group: (group: Group) => void;
}

/**
 * As `visitMatches`, for counts: where the index knows how many lines of a slot match, they are not read.
 * @throws the file system's error
 */
export async function tallyMatches(
  path: string,
  filter: AuditFilter,
  { slotOf, line, group }: Tally,
  index?: LogIndex,
): Promise<void> {
  const [test, groups] = [lineTest(filter), groupTest(filter)];
  for await (const { summary, blocks } of piecesBackwards(path, { index, from: filter.from })) {
    if (summary !== null && !mayHold(summary, filter, groups)) continue;
    const known = summary === null ? null : groupsThatPass(summary, filter, groups, slotOf);
    if (known !== null) known.forEach(group);
    else
      for await (const { text } of blocks())
        for (const [start, stop] of matchesIn(text, test)) line(text.slice(start, stop));
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
    for await (const { text } of blocksForwards(file.path, { end: size })) {
      const found = matchesIn(text, test).map(([start, stop]) => text.slice(start, stop + 1));
      if (found.length > 0) yield Buffer.from(found.join(''), 'latin1');
    }
  }
}

/** Whether a position that somebody hands in is one between two lines. @throws the file system's error */
export async function isPosition(path: string, { segment, offset }: LogPosition): Promise<boolean> {
  const file = (await listSegments(path)).find(({ number }) => number === segment);
  if (file === undefined || offset > (await lstat(file.path)).size) return false;
  for await (const block of blocksBackwards(file.path, { end: offset })) {
    return block.offset + block.text.length === offset;
  }
  return offset === 0;
}

interface Read {
  readonly block: Block;
  readonly segment: number;
}

/** Where nothing can match, an empty block stands for what is not read. */
async function* backwards(
  path: string,
  filter: AuditFilter,
  { before, index }: { readonly before?: LogPosition | undefined; readonly index?: LogIndex | undefined },
): AsyncGenerator<Read, void, undefined> {
  const test = groupTest(filter);
  for await (const { segment, end, summary, blocks } of piecesBackwards(path, {
    ...{ before, index, from: filter.from },
  })) {
    if (summary !== null && !mayHold(summary, filter, test))
      yield { block: { text: '', offset: end }, segment };
    else for await (const block of blocks()) yield { block, segment };
  }
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
