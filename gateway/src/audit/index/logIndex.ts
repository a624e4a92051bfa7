import { hash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { listSegments, type SegmentFile } from '../format/segmentNames.ts';
import { blocksForwards, CHUNK, type Block, type FilePart } from '../read/blocks.ts';
import { readIndex, writeIndex, type KnownLine, type SegmentIndex } from './indexFile.ts';
import { Summarizer, type Summary } from './summary.ts';

/** Segments whose index stays in memory; each takes some hundred kilobytes. */
const heldSegments = 8;
/** Runs of lines after which the file of a segment that grows is written again. */
const writtenEvery = 16;
/** Reads for a run of lines: V8 gives objects above 128 KiB memory of their own, which the system must clear each time. */
const piecesOfRun = 4;

interface Held extends SegmentIndex {
  /** How many of its summaries are in the file. */
  readonly written: number;
}

export interface LogIndexOptions {
  /** Path of the log's first segment. */
  readonly logPath: string;
  /** Where the files of the index lie; created when the first is written. */
  readonly folder: string;
  /** Called where a file of the index can't be read or written: the answers stay the same, they take longer. */
  readonly onUnusable: (path: string, error: Error) => void;
  /** Bytes of a run of lines; for tests. */
  readonly chunk?: number;
}

/**
 * Summaries of runs of lines of the audit log, which spare searches most of the reading. They are derived from the log alone, kept in
 * files of their own, and may be deleted at any time; what is missing or belongs to another segment is built again. Verification
 * never uses them. They are built where they are asked for, one slice of reading at a time; the writer of the log has no part in it.
 */
export class LogIndex {
  readonly #options: Required<LogIndexOptions>;
  /** The most recently used last. */
  readonly #held = new Map<number, Held>();
  readonly #building = new Map<number, Promise<Held | undefined>>();
  #closed = false;

  constructor(options: LogIndexOptions) {
    this.#options = { chunk: CHUNK, ...options };
  }

  /**
   * Oldest first. They end where the last run begins that is not full yet, or at the end of a segment that is complete.
   * @param isComplete whether nothing is appended to it any more
   * @throws the file system's error for the segment
   */
  async summariesOf(file: SegmentFile, isComplete: boolean): Promise<readonly Summary[]> {
    let building = this.#building.get(file.number);
    if (building === undefined) {
      building = this.#upToDate(file, isComplete).finally(() => this.#building.delete(file.number));
      this.#building.set(file.number, building);
    }
    return (await building)?.summaries ?? [];
  }

  /** Builds what is missing. @throws the file system's error for the log */
  async catchUp(): Promise<void> {
    const files = await listSegments(this.#options.logPath);
    for (const file of files) {
      if (this.#closed) return;
      await this.summariesOf(file, file !== files.at(-1));
    }
  }

  /** Stops building: what is not finished is built by the next process. */
  close(): void {
    this.#closed = true;
  }

  async #upToDate(file: SegmentFile, isComplete: boolean): Promise<Held | undefined> {
    const { size } = await stat(file.path);
    const held = this.#held.get(file.number) ?? (await this.#read(file));
    const known = held !== undefined && (await isAt(file.path, held.last)) ? held : undefined;
    const whole = await this.#extended(file, { size, known, isComplete });
    this.#held.delete(file.number);
    if (whole !== undefined) this.#held.set(file.number, whole);
    const [oldest] = this.#held.keys();
    if (this.#held.size > heldSegments && oldest !== undefined) this.#held.delete(oldest);
    return whole;
  }

  async #read(file: SegmentFile): Promise<Held | undefined> {
    const path = this.#pathOf(file);
    try {
      const stored = await readIndex(path);
      return stored && { ...stored, written: stored.summaries.length };
    } catch (error) {
      this.#options.onUnusable(path, error as Error);
      return undefined;
    }
  }

  async #extended(
    file: SegmentFile,
    { size, known, isComplete }: { size: number; known: Held | undefined; isComplete: boolean },
  ): Promise<Held | undefined> {
    const { chunk } = this.#options;
    const start = known?.last.end ?? 0;
    const end = isComplete ? size : start + Math.floor((size - start) / chunk) * chunk;
    const summaries: Summary[] = [];
    let last = known?.last;
    if (end > start) {
      for await (const { summary, last: lastOfRun } of runsOf(file.path, { start, end }, chunk)) {
        summaries.push(summary);
        last = lastOfRun;
        // What else waits goes first: a summary takes some milliseconds.
        await setImmediate();
        if (this.#closed) break;
      }
    }
    if (last === undefined) return undefined;
    const whole = { last, summaries: [...(known?.summaries ?? []), ...summaries] };
    const written = known?.written ?? 0;
    const isDue = whole.summaries.length - written >= (isComplete ? 1 : writtenEvery);
    return {
      ...whole,
      written: isDue && (await this.#write(file, whole)) ? whole.summaries.length : written,
    };
  }

  async #write(file: SegmentFile, index: SegmentIndex): Promise<boolean> {
    const path = this.#pathOf(file);
    try {
      await writeIndex(path, { last: index.last, summaries: index.summaries });
      return true;
    } catch (error) {
      this.#options.onUnusable(path, error as Error);
      return false;
    }
  }

  #pathOf(file: SegmentFile): string {
    return join(this.#options.folder, `${file.name}.json`);
  }
}

interface Run {
  readonly summary: Summary;
  readonly last: KnownLine;
}

/** Reads lines in pieces, so that their texts lie among V8's small objects, whose memory is used again, and summarizes runs of about `chunk` bytes. */
async function* runsOf(path: string, part: FilePart, chunk: number): AsyncGenerator<Run, void, undefined> {
  const piece = Math.ceil(chunk / piecesOfRun);
  let lines: Summarizer | undefined;
  let last: Block | undefined;
  for await (const block of blocksForwards(path, part, piece)) {
    lines ??= new Summarizer(block.offset);
    lines.add(block.text);
    last = block;
    // Not exactly `chunk`: a piece ends with a line.
    if (lines.length < chunk - piece / 2) continue;
    yield { summary: lines.summary(), last: lastLine(last) };
    lines = undefined;
  }
  if (lines !== undefined && last !== undefined) yield { summary: lines.summary(), last: lastLine(last) };
}

function lastLine({ text, offset }: Block): KnownLine {
  const from = text.lastIndexOf('\n', text.length - 2) + 1;
  const line = Buffer.from(text.slice(from, -1), 'latin1');
  return { start: offset + from, end: offset + text.length, sha256: hash('sha256', line) };
}

/** Whether a segment holds a line where it is known to be: then it holds the lines before it too, which are chained to it. */
async function isAt(path: string, { start, end, sha256 }: KnownLine): Promise<boolean> {
  if (end - start > CHUNK * 8 || end <= start) return false;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    const line = buffer.subarray(0, Math.max(0, bytesRead - 1));
    return bytesRead === end - start && hash('sha256', line) === sha256;
  } finally {
    await file.close();
  }
}
