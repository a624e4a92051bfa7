import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineCut } from './lineCut.ts';

async function cut(chunks: readonly Buffer[], last?: () => unknown): Promise<string> {
  const stream = Readable.from(chunks).pipe(lineCut((line) => (line === 0 ? undefined : { line }), last));
  const parts = (await stream.toArray()) as Buffer[];
  return parts.map(String).join('');
}

it('maps each line, however the stream is cut into chunks', async () => {
  const line = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(0), fc.integer());
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 7 }), async (values, size) => {
      const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\r\n`).join(''));
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      const kept = values
        .filter((value) => value !== 0)
        .map((value) => `${JSON.stringify({ line: value })}\n`);
      expect(await cut(chunks)).toBe(kept.join(''));
    }),
  );
});

it('leaves out lines that are too long or not JSON, and goes on with the next', async () => {
  const long = Buffer.alloc(100_000, 'x');
  const chunks = [Buffer.from('1\n"'), long, long, Buffer.from('"\n2\nnot json\n\n3')];
  expect(await cut(chunks, () => 'end')).toBe('{"line":1}\n{"line":2}\n{"line":3}\n"end"\n');
});
