import { open, type FileHandle } from 'node:fs/promises';

const CHUNK = 256 * 1024;
/** Far above any line that the writer makes: what is longer is somebody else's, and is not held in memory. */
const HELD = 1024 * 1024;

/** A run of whole lines of a file, each with its newline. */
export interface Block {
  /** One character a byte (latin1), so that places in the text are places in the file. */
  readonly text: string;
  /** Where it starts in the file. */
  readonly offset: number;
}

/**
 * A file's lines in blocks from the end to the beginning, without a last line that lacks its newline. One read of bounded size
 * a block, so that reading a long log lets other work run in between.
 * @param end where a line ends (default: the size when reading begins)
 * @throws the file system's error
 */
export async function* blocksBackwards(path: string, end?: number): AsyncGenerator<Block, void, undefined> {
  const file = await open(path, 'r');
  try {
    let held = '';
    for (let at = end ?? (await file.stat()).size; at > 0;) {
      const length = Math.min(CHUNK, at);
      const text = (await read(file, at - length, length)) + held;
      at -= length;
      const first = at === 0 ? 0 : text.indexOf('\n') + 1;
      held = first === 0 ? text : text.slice(0, first);
      if (at > 0 && first === 0) {
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
 * @throws the file system's error
 */
export async function* blocksForwards(path: string, end?: number): AsyncGenerator<Block, void, undefined> {
  const file = await open(path, 'r');
  try {
    const size = end ?? (await file.stat()).size;
    let held = '';
    let start = 0;
    for (let at = 0; at < size;) {
      const chunk = await read(file, at, Math.min(CHUNK, size - at));
      if (chunk === '') return;
      at += chunk.length;
      const text = held + chunk;
      const last = text.lastIndexOf('\n') + 1;
      if (last > 0) yield { text: text.slice(0, last), offset: start };
      held = text.slice(last);
      if (held.length > HELD) held = '';
      start = at - held.length;
    }
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, at: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
  return buffer.toString('latin1', 0, bytesRead);
}
