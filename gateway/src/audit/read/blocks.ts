import { open, type FileHandle } from 'node:fs/promises';

/** Bytes that are read in one piece. */
export const CHUNK = 256 * 1024;
/** Far above any line that the writer makes: what is longer is somebody else's, and is not held in memory. */
const HELD = 1024 * 1024;
const newline = 0x0a;

/** A run of whole lines of a file, each with its newline. */
export interface Block {
  /** One character a byte (latin1), so that places in the text are places in the file. */
  readonly text: string;
  /** Where it starts in the file. */
  readonly offset: number;
}

/** A part of a file that begins and ends between two lines; bytes. */
export interface FilePart {
  /** Default 0. */
  readonly start?: number;
  /** Default: the size when reading begins. */
  readonly end?: number | undefined;
}

/**
 * A file's lines in blocks from the end to the beginning, without a last line that lacks its newline. One read of bounded size
 * a block, so that reading a long log lets other work run in between.
 * @throws the file system's error
 */
export async function* blocksBackwards(
  path: string,
  { start = 0, end }: FilePart = {},
): AsyncGenerator<Block, void, undefined> {
  const file = await open(path, 'r');
  try {
    let held = '';
    for (let at = end ?? (await file.stat()).size; at > start;) {
      const length = Math.min(CHUNK, at - start);
      const text = (await read(file, at - length, length)) + held;
      at -= length;
      const first = at === start ? 0 : text.indexOf('\n') + 1;
      held = first === 0 ? text : text.slice(0, first);
      if (at > start && first === 0) {
        if (held.length > HELD) held = '';
        continue;
      }
      const last = text.lastIndexOf('\n') + 1;
      if (last > first) yield { text: text.slice(first, last), offset: at + first };
    }
  } finally {
    await file.close();
  }
}

/**
 * The same from the beginning to the end.
 * @param size bytes a read
 * @throws the file system's error
 */
export async function* blocksForwards(
  path: string,
  { start = 0, end }: FilePart = {},
  size = CHUNK,
): AsyncGenerator<Block, void, undefined> {
  const file = await open(path, 'r');
  try {
    const stop = end ?? (await file.stat()).size;
    // One buffer for all reads: memory that the system has just given costs more than the reading.
    let buffer = Buffer.allocUnsafe(size * 2);
    let held = 0;
    for (let at = start; at < stop;) {
      const length = Math.min(size, stop - at);
      if (held + length > buffer.length) {
        buffer = Buffer.concat([buffer.subarray(0, held)], held * 2 + length);
      }
      const { bytesRead } = await file.read(buffer, held, length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      const filled = held + bytesRead;
      const last = buffer.lastIndexOf(newline, filled - 1) + 1;
      if (last > 0) yield { text: buffer.toString('latin1', 0, last), offset: at - filled };
      held = filled - last > HELD ? 0 : filled - last;
      buffer.copyWithin(0, last, last + held);
    }
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, at: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
  return buffer.toString('latin1', 0, bytesRead);
}
