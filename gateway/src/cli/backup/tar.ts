// Archives of regular files, in the form of POSIX.1-1988 (ustar): any tar reads them.

const blockBytes = 512;

/** A file of an archive: `size` bytes follow from `content`. */
export interface TarFile {
  /** Relative, with `/`; at most 100 bytes. */
  readonly name: string;
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * An archive, piece by piece; its files have mode 0600.
 * @throws RangeError for a name that does not fit; Error where a content has another size than it says
 */
export async function* packed(files: AsyncIterable<TarFile>): AsyncGenerator<Uint8Array> {
  for await (const { name, size, content } of files) {
    yield header(name, size);
    let left = size;
    for await (const piece of content) {
      left -= piece.length;
      yield piece;
    }
    if (left !== 0) throw new Error(`${name} changed while it was read`);
    yield Buffer.alloc(-size & (blockBytes - 1));
  }
  yield Buffer.alloc(2 * blockBytes);
}

/**
 * The files of an archive, one after the other: each content is read to its end before the next file comes.
 * @throws Error where it is no such archive, or ends in the middle
 */
export async function* unpacked(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const source = new ByteSource(archive);
  for (;;) {
    const block = await source.exactly(blockBytes);
    if (block.every((byte) => byte === 0)) return;
    const { name, size } = readHeader(block);
    yield { name, size, content: source.pieces(size) };
    await source.exactly(-size & (blockBytes - 1));
  }
}

function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long a name for a backup`);
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(`${'0'.repeat(11)}\0`, 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\0' + '00', 257);
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function readHeader(block: Buffer): { readonly name: string; readonly size: number } {
  const sum = Number.parseInt(block.toString('latin1', 148, 156), 8);
  const blank = Buffer.from(block);
  blank.write(' '.repeat(8), 148);
  if (sum !== sumOf(blank)) throw new Error('it is not a backup, or was damaged');
  const size = Number.parseInt(block.toString('latin1', 124, 136), 8);
  if (block[156] !== 0x30 || !(size >= 0)) throw new Error('it contains other entries than files');
  const end = block.indexOf(0);
  return { name: block.toString('utf8', 0, end === -1 || end > 100 ? 100 : end), size };
}

function sumOf(block: Uint8Array): number {
  return block.reduce((sum, byte) => sum + byte, 0);
}

/** Takes pieces of any size and gives them in the sizes that are asked for. */
class ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]();
  }

  async exactly(bytes: number): Promise<Buffer> {
    const all: Uint8Array[] = [];
    for await (const piece of this.pieces(bytes)) all.push(piece);
    return Buffer.concat(all);
  }

  async *pieces(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0;) {
      if (this.#rest.length === 0) {
        const next = await this.#pieces.next();
        if (next.done === true) throw new Error('it ends in the middle');
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
