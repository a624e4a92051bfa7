import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packed, unpacked, type TarFile } from './tar.ts';

async function* given<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

async function bytesOf(content: TarFile['content']): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function archiveOf(files: readonly (readonly [string, Uint8Array])[]): Promise<Buffer> {
  const entries = files.map(([name, bytes]) => ({ name, size: bytes.length, content: [bytes] }));
  return bytesOf(packed(given(entries)));
}

async function filesIn(archive: AsyncIterable<Uint8Array>): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { name, content } of unpacked(archive))
    found.push([name, (await bytesOf(content)).toString('base64')]);
  return found;
}

test('files come out as they went in, however the archive is cut into pieces', async () => {
  const file = fc.tuple(fc.stringMatching(/^[a-z./]{1,40}$/), fc.uint8Array({ maxLength: 1500 }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(file, { maxLength: 5 }),
      fc.integer({ min: 1, max: 2000 }),
      async (files, size) => {
        const archive = await archiveOf(files);
        const pieces = Array.from({ length: Math.ceil(archive.length / size) }, (_, index) =>
          archive.subarray(index * size, (index + 1) * size),
        );
        const expected = files.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
        expect(await filesIn(given(pieces))).toEqual(expected);
      },
    ),
    { numRuns: 50 },
  );
});

test('an archive that was cut or changed, or that is none, is an error', async () => {
  const archive = await archiveOf([['a', Buffer.from('content')]]);
  await expect(filesIn(given([archive.subarray(0, 515)]))).rejects.toThrow('in the middle');
  const changed = Buffer.from(archive);
  changed[0] = 0x62;
  await expect(filesIn(given([changed]))).rejects.toThrow('damaged');
  await expect(filesIn(given([Buffer.alloc(512, 1)]))).rejects.toThrow('not a backup');
});

test('a name that is too long, and a file that changed while it was read, are errors', async () => {
  await expect(archiveOf([['x'.repeat(101), Buffer.alloc(0)]])).rejects.toThrow(RangeError);
  const grown = { name: 'a', size: 1, content: [Buffer.from('two')] };
  await expect(bytesOf(packed(given([grown])))).rejects.toThrow('changed while it was read');
});
