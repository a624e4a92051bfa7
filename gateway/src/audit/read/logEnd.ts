import { AuditUnavailableError } from '../../errors.ts';
import { GENESIS, hashLine, parseLine, type Tip } from '../format/chain.ts';
import type { Left, Torn } from '../format/explained.ts';
import { fileDigest } from '../format/fileDigest.ts';
import { readLinesBackwards, type RawLine } from './readLines.ts';
import { segmentSizes, type SegmentFile } from '../format/segmentNames.ts';
import { UnfinishedScan, type UnfinishedCall } from '../format/unfinishedCalls.ts';

const RECENT_LINES = 1_000;
const RECENT_BYTES = 4 * 1024 * 1024;
/** More than any interrupted write leaves; behind it, a file is not taken for an audit log. */
const GARBAGE_LIMIT = 8 * 1024 * 1024;
const FIRST_LINE = `{"seq":1,"prev":"${GENESIS.hash}"`;

/** How a log ends, and what must be written before it can go on. */
export interface LogEnd {
  readonly tip: Tip;
  /** The last line has no newline, torn or not. */
  readonly newlineMissing: boolean;
  /** A torn last line, to be explained in the same segment. */
  readonly torn: Torn | undefined;
  /** Anything else behind the last valid line, to be explained in a new segment. */
  readonly left: readonly Left[];
  /** The newest lines, oldest first. */
  readonly recent: readonly string[];
  /** Calls of the last run that have a decision and no outcome, oldest first. */
  readonly unfinished: readonly UnfinishedCall[];
}

/**
 * Reads a log backwards as far as needed: at least its last line, at most its last run (or the segment that it ends in).
 * @throws AuditUnavailableError when the files are no audit log; the file system's errors
 */
export async function readLogEnd(files: readonly SegmentFile[]): Promise<LogEnd> {
  const scan = new EndScan();
  for (const file of files.toReversed()) {
    for await (const line of readLinesBackwards(file.path)) {
      scan.feed(file, line);
      if (scan.done) break;
    }
    if (scan.done) break;
  }
  return conclude(scan, files, await segmentSizes(files));
}

interface Place {
  readonly file: SegmentFile;
  readonly end: number;
  readonly terminated: boolean;
  readonly tip: Tip;
}

class EndScan {
  last: Place | undefined;
  /** Of the pieces behind the last valid line. */
  readonly garbage: RawLine[] = [];
  readonly unfinished = new UnfinishedScan();
  readonly #recent: string[] = [];
  #recentBytes = 0;
  #garbageBytes = 0;

  get done(): boolean {
    return this.last !== undefined && this.#recentFull() && this.unfinished.done;
  }

  get recent(): string[] {
    return this.#recent.toReversed();
  }

  feed(file: SegmentFile, raw: RawLine): void {
    const wanted = this.last === undefined || !this.#recentFull();
    const line = wanted ? parseLine(raw.bytes) : undefined;
    if (this.last === undefined) {
      if (line === undefined) {
        this.#addGarbage(file, raw);
        return;
      }
      const end = raw.offset + raw.length + (raw.terminated ? 1 : 0);
      this.last = {
        file,
        end,
        terminated: raw.terminated,
        tip: { seq: line.seq, hash: hashLine(raw.bytes) },
      };
    }
    if (line !== undefined) this.#addRecent(raw.bytes);
    this.unfinished.feed(raw.bytes);
  }

  #recentFull(): boolean {
    return this.#recent.length >= RECENT_LINES || this.#recentBytes >= RECENT_BYTES;
  }

  #addRecent(bytes: Buffer): void {
    this.#recent.push(bytes.toString('utf8'));
    this.#recentBytes += bytes.length;
  }

  #addGarbage(file: SegmentFile, raw: RawLine): void {
    this.#garbageBytes += raw.length;
    if (this.#garbageBytes > GARBAGE_LIMIT) throw noLog(file);
    this.garbage.push({ ...raw, bytes: Buffer.from(raw.bytes.subarray(0, FIRST_LINE.length)) });
  }
}

async function conclude(
  scan: EndScan,
  files: readonly SegmentFile[],
  sizes: readonly number[],
): Promise<LogEnd> {
  const { recent, last } = scan;
  const known = { recent, unfinished: scan.unfinished.result(), tip: last?.tip ?? GENESIS };
  const regions = regionsBehind(last, files, sizes);
  const only = regions[0];
  const onePiece = regions.length === 1 && scan.garbage.length === 1 && scan.garbage[0]?.terminated === false;
  if (last === undefined && only !== undefined && !(onePiece && isFirstLine(scan.garbage[0]))) {
    throw noLog(only.file);
  }
  if (only === undefined) {
    const newlineMissing = last?.terminated === false && last.file === files.at(-1);
    return { ...known, newlineMissing, torn: undefined, left: [] };
  }
  if (onePiece && only.file === files.at(-1)) {
    const torn = {
      bytes: only.size - only.offset,
      sha256: await fileDigest(only.file.path, only.offset, only.size),
    };
    return { ...known, newlineMissing: true, torn, left: [] };
  }
  return { ...known, newlineMissing: false, torn: undefined, left: await Promise.all(regions.map(toLeft)) };
}

interface Region {
  readonly file: SegmentFile;
  readonly offset: number;
  readonly size: number;
}

/** What follows the last valid line, in its segment and in later ones. */
function regionsBehind(
  last: Place | undefined,
  files: readonly SegmentFile[],
  sizes: readonly number[],
): Region[] {
  const first = last?.file.number ?? -1;
  return files
    .map((file, i) => ({ file, offset: file.number === first ? (last?.end ?? 0) : 0, size: sizes[i] ?? 0 }))
    .filter(({ file, offset, size }) => file.number >= first && size > offset);
}

function isFirstLine(piece: RawLine | undefined): boolean {
  const text = piece?.bytes.toString('latin1') ?? '';
  return text.length > 0 && FIRST_LINE.startsWith(text.slice(0, FIRST_LINE.length));
}

async function toLeft(region: Region): Promise<Left> {
  const { file, offset, size } = region;
  return { file: file.name, offset, bytes: size - offset, sha256: await fileDigest(file.path, offset, size) };
}

function noLog(file: SegmentFile): AuditUnavailableError {
  return new AuditUnavailableError(
    `${file.path} is not an audit log, or its end is destroyed: nothing was written to it; name another file under lmcp.audit_log, or move it away`,
  );
}
