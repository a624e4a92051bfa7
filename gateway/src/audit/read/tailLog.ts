import { lstat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseLine } from '../format/chain.ts';
import { readLines, readLinesBackwards, type RawLine } from './readLines.ts';
import { listSegments, type SegmentFile } from '../format/segmentNames.ts';
import type { AuditLine } from '../types.ts';

export interface TailOptions {
  /** How many of the newest lines to begin with. */
  readonly lines: number;
  /** Go on with what is appended, until `signal` is aborted. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

export interface TailLine {
  /** The line as it is in the file, without its newline. */
  readonly text: string;
  /** Undefined for bytes that are no audit line (torn, or foreign): escape them before they reach a terminal. */
  readonly line: AuditLine | undefined;
}

const POLL_MS = 200;

/** How far a segment has been read. */
interface Position {
  readonly file: SegmentFile;
  readonly offset: number;
}

/**
 * The newest lines of a log, oldest first, from the path of its first segment; then, with `follow`, what is added, over
 * the changes of segment. Reads backwards from the end, whatever the size. @throws the file system's error
 */
export async function* tailLog(
  path: string,
  options: TailOptions,
): AsyncGenerator<TailLine, void, undefined> {
  const files = await listSegments(path);
  const { newest, position } = await readNewest(files, options.lines);
  yield* newest;
  if (options.follow === true) yield* followLog(path, position, options.signal);
}

async function readNewest(
  files: readonly SegmentFile[],
  count: number,
): Promise<{ newest: TailLine[]; position: Position | undefined }> {
  const newest: TailLine[] = [];
  let position: Position | undefined;
  for (const file of files.toReversed()) {
    const { size } = await lstat(file.path);
    position ??= { file, offset: size };
    if (newest.length >= count) break;
    for await (const raw of readLinesBackwards(file.path, size)) {
      // A line still being written is left to the reader that follows the log.
      if (!raw.terminated && file === files.at(-1)) position = { file, offset: raw.offset };
      else newest.push(tailLine(raw));
      if (newest.length >= count) break;
    }
  }
  return { newest: newest.reverse(), position };
}

async function* followLog(
  path: string,
  from: Position | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<TailLine, void, undefined> {
  let position = from;
  while (signal?.aborted !== true) {
    // Before the segment is read: once a later one exists, nothing is added to this one.
    const next = (await listSegments(path)).find(({ number }) => number > (position?.file.number ?? -1));
    if (position !== undefined) {
      for await (const raw of readLines(position.file.path, { start: position.offset })) {
        if (!raw.terminated) break;
        position = { file: position.file, offset: raw.offset + raw.length + 1 };
        yield tailLine(raw);
      }
    }
    if (next === undefined) await delay(POLL_MS, undefined, signal && { signal }).catch(() => {});
    else position = { file: next, offset: 0 };
  }
}

function tailLine(raw: RawLine): TailLine {
  return { text: raw.bytes.toString('utf8'), line: parseLine(raw.bytes) };
}
