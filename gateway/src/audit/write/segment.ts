import { close, constants, fdatasync, fstatSync, lstatSync, open, read, writeSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { syncFolder } from '../../fs/durableFolder.ts';
import { AuditUnavailableError } from '../../errors.ts';
import { irregular } from '../../fs/irregularFile.ts';
import { ForeignChangeError } from './failure.ts';
import { segmentFile, type SegmentFile } from '../format/segmentNames.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const syncData = promisify(fdatasync);
const readFile = promisify(read);

/** Never blocks on a FIFO or a device, never follows a link, never writes anywhere but at the end. */
const flags = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A segment opened for appending. */
export interface Segment extends SegmentFile {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
}

/** @throws AuditUnavailableError for anything that is not a regular file with one name; the file system's errors */
export async function openSegment(file: SegmentFile): Promise<Segment> {
  rejectIrregular(file.path, lstatSync(file.path));
  const fd = await openFile(file.path, flags);
  return identify(file, fd);
}

/** Creates a segment with that number, or the next one that is free, and makes its name durable. */
export async function createSegment(logPath: string, number: number): Promise<Segment> {
  const file = segmentFile(logPath, number);
  const fd = await openFile(file.path, flags | constants.O_CREAT | constants.O_EXCL, 0o600).catch(taken);
  return fd === undefined ? createSegment(logPath, number + 1) : identify(file, fd, syncFolder);
}

function taken(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  return undefined;
}

async function identify(
  file: SegmentFile,
  fd: number,
  settleName: (folder: string) => Promise<void> = async () => {},
): Promise<Segment> {
  try {
    await settleName(dirname(file.path));
    const stats = fstatSync(fd);
    rejectIrregular(file.path, stats);
    return { ...file, fd, dev: stats.dev, ino: stats.ino };
  } catch (error) {
    await closeFile(fd);
    throw error;
  }
}

/** @throws AuditUnavailableError unless it is a regular file with one name */
export function rejectIrregular(path: string, stats: Stats): void {
  const kind = irregular(stats);
  if (kind === undefined) return;
  throw new AuditUnavailableError(
    `${path} is ${kind}; the audit log must be a regular file of its own: move it away, or name another file under lmcp.audit_log`,
  );
}

/** Checks that the path still names our file and that nobody else changed its size. @throws ForeignChangeError */
export function checkPath(segment: Segment, expectedSize: number): void {
  const stats = lstatSync(segment.path, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw foreign(segment, 'was removed or renamed while the gateway was writing it');
  }
  if (stats.ino !== segment.ino || stats.dev !== segment.dev) {
    throw foreign(segment, 'was replaced by another file while the gateway was writing it');
  }
  if (stats.nlink > 1) throw foreign(segment, 'has a second name (hard link)');
  checkSize(segment, stats.size, expectedSize);
}

/** Whether the path names our file with that size again. @throws the file system's error */
export function isSound(segment: Segment, expectedSize: number): boolean {
  try {
    checkPath(segment, expectedSize);
    return true;
  } catch (error) {
    if (error instanceof ForeignChangeError) return false;
    throw error;
  }
}

/** Like checkPath for the open file alone, after a write. @throws ForeignChangeError */
export function checkOpenSize(segment: Segment, expectedSize: number): void {
  checkSize(segment, fstatSync(segment.fd).size, expectedSize);
}

function checkSize(segment: Segment, size: number, expected: number): void {
  if (size === expected) return;
  const how = size < expected ? 'was shortened' : 'was written to';
  throw foreign(segment, `${how} by somebody else: it has ${size} bytes instead of ${expected}`);
}

function foreign(segment: Segment, what: string): ForeignChangeError {
  return new ForeignChangeError(
    `${segment.path} ${what}; nothing is forwarded until the file is as it was or the gateway is restarted (lmcp audit verify shows the damage)`,
  );
}

/**
 * Appends all of it, synchronously: a few kilobytes into the page cache take less than handing them to another thread would. What
 * waits for the disk is syncSegment, and that is asynchronous.
 * @throws the file system's error; a part may have been written then
 */
export function appendAll(segment: Segment, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(segment.fd, bytes, done, bytes.length - done, null);
  }
}

export async function syncSegment(segment: Segment): Promise<void> {
  await syncData(segment.fd);
}

/** Everything from `offset` to the end. */
export async function readFrom(segment: Segment, offset: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(segment.fd).size - offset));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await readFile(segment.fd, bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

export async function closeSegment(segment: Segment): Promise<void> {
  await closeFile(segment.fd);
}
