import { lstat } from 'node:fs/promises';
import { parseLine } from '../format/chain.ts';
import { ChainCheck, type Problem } from './chainCheck.ts';
import { CheckpointCheck, type KnownOutside } from '../checkpoint/checkpointCheck.ts';
import { leftOf, type Left } from '../format/explained.ts';
import { fileDigest } from '../format/fileDigest.ts';
import { readLines } from '../read/readLines.ts';
import { listSegments, type SegmentFile } from '../format/segmentNames.ts';
import type { AuditLine } from '../types.ts';

export interface Verification {
  readonly ok: boolean;
  /** Lines that are as they were written. */
  readonly lines: number;
  /** Repeated denials and messages that are in counted lines instead of one by one. */
  readonly repeats: number;
  readonly segments: number;
  /** Every line up to and including this one is there and as it was written. */
  readonly lastSeq: number;
  readonly checkpoints: number;
  /** The last line that a checkpoint of a known key vouches for; 0 where no key is known. */
  readonly signedUpTo: number;
  /** Absent when `ok`. */
  readonly firstBad?: Problem;
  /** The first 100. */
  readonly problems: readonly Problem[];
  /** What a crash, a full disk or a foreign write left behind and the log itself explains. */
  readonly notes: readonly Problem[];
}

/** How many lines of a segment may precede the one that explains earlier segments. */
const HEAD_LINES = 1_000;

/**
 * Reads a whole log, from the path of its first segment, and checks that every line is there and as it was written. What was
 * cut off at the very end is missed only by a checkpoint that was kept elsewhere: docs/audit.md, "Limits".
 * @throws the file system's error; Error when there is no log
 */
export async function verifyLog(path: string, known: KnownOutside = {}): Promise<Verification> {
  const files = await listSegments(path);
  if (files.length === 0) throw new Error(`there is no audit log at ${path}`);
  const explained = await explainedEnds(files);
  const checkpoints = new CheckpointCheck(known);
  const check = new ChainCheck(checkpoints);
  for (const file of files) {
    const left = explained.get(file.name);
    check.startFile(file.path, file === files.at(-1) && left === undefined);
    for await (const line of readLines(file.path, left && { end: left.offset })) await check.feed(line);
    check.endFile();
    if (left !== undefined) await checkLeft(check, file, left);
  }
  return conclude(check, checkpoints, files.length);
}

function conclude(check: ChainCheck, signed: CheckpointCheck, segments: number): Verification {
  check.endLog();
  const { problems, notes, lines, repeats } = check;
  const [firstBad] = problems;
  const lastSeq = firstBad === undefined ? check.lastSeq : Math.max(0, firstBad.seq - 1);
  return {
    ok: firstBad === undefined,
    lines,
    repeats,
    segments,
    lastSeq,
    checkpoints: signed.checkpoints,
    signedUpTo: signed.signedUpTo,
    ...(firstBad && { firstBad }),
    problems,
    notes,
  };
}

/** What later segments say about the ends of earlier ones: the first good line of each does. */
async function explainedEnds(files: readonly SegmentFile[]): Promise<Map<string, Left>> {
  const ends = new Map<string, Left>();
  for (const file of files) {
    const line = await firstGoodLine(file);
    const lefts = line === undefined ? [] : leftOf(line);
    for (const left of lefts) {
      if (files.some((earlier) => earlier.name === left.file && earlier.number < file.number)) {
        ends.set(left.file, left);
      }
    }
  }
  return ends;
}

async function firstGoodLine(file: SegmentFile): Promise<AuditLine | undefined> {
  let read = 0;
  for await (const raw of readLines(file.path)) {
    const line = parseLine(raw.bytes);
    if (line !== undefined || ++read === HEAD_LINES) return line;
  }
  return undefined;
}

async function checkLeft(check: ChainCheck, file: SegmentFile, left: Left): Promise<void> {
  const { size } = await lstat(file.path);
  const same =
    size === left.offset + left.bytes && (await fileDigest(file.path, left.offset, size)) === left.sha256;
  if (same)
    check.note(
      `${left.bytes} bytes that are not part of the log follow this line; a later segment explains them`,
    );
  else check.problem('what follows this line is not what a later segment says of it');
}
