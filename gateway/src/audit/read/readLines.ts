import { open, type FileHandle } from 'node:fs/promises';

const NEWLINE = 0x0a;
const CHUNK = 256 * 1024;
/** Far above any line of the writer: a longer one is foreign, and is not held in memory. */
const HELD = 1024 * 1024;

/** A line of a file as raw bytes. */
export interface RawLine {
  /** Where it starts in the file. */
  readonly offset: number;
  /** In bytes, without the newline. */
  readonly length: number;
  /** Without the newline; empty when the line is longer than 1 MiB. */
  readonly bytes: Buffer;
  /** Whether a newline ends it; only the last line of a file may lack it. */
  readonly terminated: boolean;
}

export interface Range {
  /** Where a line starts; default 0. */
  readonly start?: number;
  /** Default: the size of the file when reading begins. */
  readonly end?: number;
}

/**
 * The lines of a file from the first to the last, in bounded memory.
 * @throws the file system's error
 */
export async function* readLines(path: string, range: Range = {}): AsyncGenerator<RawLine, void, undefined> {
  const file = await open(path, 'r');
  try {
    const size = range.end ?? (await file.stat()).size;
    let held: Buffer = Buffer.alloc(0);
    let start = range.start ?? 0;
    for (let at = start; at < size;) {
      const chunk = await readChunk(file, at, Math.min(CHUNK, size - at));
      if (chunk.length === 0) break;
      let from = 0;
      for (let newline = chunk.indexOf(NEWLINE); newline >= 0; newline = chunk.indexOf(NEWLINE, from)) {
        yield rawLine(start, at + newline, join(held, chunk.subarray(from, newline)), true);
        held = Buffer.alloc(0);
        from = newline + 1;
        start = at + from;
      }
      held = join(held, chunk.subarray(from));
      at += chunk.length;
      if (at >= size && start < at) yield rawLine(start, at, held, false);
    }
  } finally {
    await file.close();
  }
}

/**
 * The lines of a file from the last to the first, in bounded reads from its end; the first line returned may lack its newline.
 * Reads back from `end` (default: the size at the start).
 * @throws the file system's error
 */
export async function* readLinesBackwards(
  path: string,
  end?: number,
): AsyncGenerator<RawLine, void, undefined> {
  const file = await open(path, 'r');
  try {
    let stop = end ?? (await file.stat()).size;
    let terminated = false;
    let held: Buffer = Buffer.alloc(0);
    for (let at = stop; at > 0;) {
      const chunk = await readChunk(file, Math.max(0, at - CHUNK), Math.min(CHUNK, at));
      if (chunk.length === 0) break;
      at -= chunk.length;
      let to = chunk.length;
      for (let newline = lastNewline(chunk, to); newline >= 0; newline = lastNewline(chunk, newline)) {
        const start = at + newline + 1;
        const line = rawLine(start, stop, join(chunk.subarray(newline + 1, to), held), terminated);
        if (terminated || line.length > 0) yield line;
        held = Buffer.alloc(0);
        to = newline;
        stop = at + newline;
        terminated = true;
      }
      held = join(chunk.subarray(0, to), held);
    }
    if (terminated || stop > 0) yield rawLine(0, stop, held, terminated);
  } finally {
    await file.close();
  }
}

function lastNewline(chunk: Buffer, before: number): number {
  return before === 0 ? -1 : chunk.lastIndexOf(NEWLINE, before - 1);
}

async function readChunk(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** Keeps no bytes beyond the limit, only that it was exceeded. */
function join(a: Buffer, b: Buffer): Buffer {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return a.length > HELD || b.length > HELD ? (a.length > HELD ? a : b) : Buffer.concat([a, b]);
}

function rawLine(offset: number, end: number, bytes: Buffer, terminated: boolean): RawLine {
  const whole = bytes.length === end - offset && bytes.length <= HELD;
  return { offset, length: end - offset, bytes: whole ? bytes : Buffer.alloc(0), terminated };
}
