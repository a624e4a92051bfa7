import { stat } from 'node:fs/promises';
import { listSegments } from '../format/segmentNames.ts';
import type { LogIndex } from '../index/logIndex.ts';
import type { Summary } from '../index/summary.ts';
import { blocksBackwards, type Block } from './blocks.ts';
import { isLogLine, lineInstant } from './filter.ts';

/** A place between two lines of a log. It stays the same place while the log grows. */
export interface LogPosition {
  /** The number of the segment. */
  readonly segment: number;
  /** Bytes before it in that segment. */
  readonly offset: number;
}

/** Some lines of one segment. */
export interface Piece {
  readonly segment: number;
  /** Bytes of the segment before what follows it. */
  readonly end: number;
  /** What is known of its lines; null where they have to be read. */
  readonly summary: Summary | null;
}

export interface PieceWithText extends Piece {
  /** Its lines, newest first. @throws the file system's error */
  readonly blocks: () => AsyncGenerator<Block, void, undefined>;
}

export interface Backwards {
  readonly index?: LogIndex | undefined;
  /** Where to begin; default: the end of the log. */
  readonly before?: LogPosition | undefined;
  /** The first instant wanted, as `ts` has it. */
  readonly from?: string | undefined;
}

/** A clock that was set back by less than this hides no line from a search that ends at an instant. */
const CLOCK_SLACK_MS = 24 * 3_600_000;

/**
 * A log from its end to its beginning, in pieces that join; ends where all lines are older than `from`.
 * @throws the file system's error
 */
export async function* piecesBackwards(
  path: string,
  { index, before, from }: Backwards,
): AsyncGenerator<PieceWithText, void, undefined> {
  const oldest = from === undefined ? '' : new Date(Date.parse(from) - CLOCK_SLACK_MS).toISOString();
  const all = await listSegments(path);
  const files = all.filter(({ number }) => before === undefined || number <= before.segment);
  const reading = { isOver: false };
  for (const file of files.toReversed()) {
    const segment = file.number;
    const end = before?.segment === segment ? before.offset : (await stat(file.path)).size;
    const known = (await index?.summariesOf(file, file !== all.at(-1))) ?? [];
    const summaries = known.filter((summary) => summary.end <= end);
    const start = summaries.at(-1)?.end ?? 0;
    const watched = async function* (part: {
      start: number;
      end: number;
    }): AsyncGenerator<Block, void, undefined> {
      for await (const block of blocksBackwards(file.path, part)) {
        yield block;
        const newest = block.text.slice(block.text.lastIndexOf('\n', block.text.length - 2) + 1, -1);
        reading.isOver = isLogLine(newest) && lineInstant(newest) < oldest;
        if (reading.isOver) return;
      }
    };
    if (end > start) yield { segment, end, summary: null, blocks: () => watched({ start, end }) };
    for (const summary of summaries.toReversed()) {
      if (reading.isOver) return;
      yield { segment, end: summary.end, summary, blocks: () => watched(summary) };
      reading.isOver ||= summary.times !== null && summary.times[1] < oldest;
    }
    if (reading.isOver) return;
  }
}
