import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** One file of the log. */
export interface SegmentFile {
  readonly path: string;
  readonly name: string;
  /** 0 for the first, which has no number in its name. */
  readonly number: number;
}

/** The first segment has the log's own name, the others append a number: `audit.log`, `audit.log.000001`, … */
export function segmentFile(logPath: string, number: number): SegmentFile {
  const path = number === 0 ? logPath : `${logPath}.${String(number).padStart(6, '0')}`;
  return { path, name: basename(path), number };
}

/** The segment number in a file's name, or undefined if the file does not belong to the log. */
export function segmentNumber(logName: string, fileName: string): number | undefined {
  if (fileName === logName) return 0;
  if (!fileName.startsWith(`${logName}.`)) return undefined;
  const digits = fileName.slice(logName.length + 1);
  const number = Number(digits);
  return /^\d{6,15}$/.test(digits) && segmentFile(logName, number).name === fileName && number > 0
    ? number
    : undefined;
}

/** The existing segments, oldest first. @throws the file system's error if the folder can't be read */
export async function listSegments(logPath: string): Promise<SegmentFile[]> {
  const folder = dirname(logPath);
  const numbers = (await readdir(folder)).flatMap((name) => segmentNumber(basename(logPath), name) ?? []);
  return numbers.sort((a, b) => a - b).map((number) => segmentFile(join(folder, basename(logPath)), number));
}

/** Sizes in bytes, in the order of `files`. */
export async function segmentSizes(files: readonly SegmentFile[]): Promise<number[]> {
  return Promise.all(files.map(async ({ path }) => (await lstat(path)).size));
}
