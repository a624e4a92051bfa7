import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { LineSplitter } from './lineSplitter.ts';

function linesOf(chunks: readonly Buffer[]): string[] {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()].map(({ text }) => text);
}

test('gives the same lines however the bytes come', () => {
  const text = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 12 });
  const ends = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(text, ends, fc.array(fc.nat(40), { maxLength: 20 }), (lines, end, sizes) => {
      const bytes = Buffer.from(lines.join(end));
      const chunks: Buffer[] = [];
      let at = 0;
      for (const size of sizes) chunks.push(bytes.subarray(at, (at += size)));
      chunks.push(bytes.subarray(at));
      const expected = lines.flatMap((line) => line.split(/[\r\n]+/)).filter((line) => line.trim() !== '');
      expect(linesOf(chunks)).toEqual(expected);
    }),
  );
});

test('holds the beginning of a line that does not end, and the next one whole', () => {
  const splitter = new LineSplitter();
  for (let i = 0; i < 100; i++) expect(splitter.push(Buffer.alloc(64 * 1024, 'x'))).toEqual([]);
  expect(splitter.push(Buffer.from('end\nnext\n'))).toEqual([
    { text: 'x'.repeat(limits.outputLine), cut: true },
    { text: 'next', cut: false },
  ]);
});
