import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StderrTail } from './stderrTail.ts';

test('what is kept is the end of what was written, in any pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\n]{1,30}$/)), (pieces) => {
      const tail = new StderrTail(16);
      for (const piece of pieces) tail.push(Buffer.from(piece, 'latin1'));
      const all = Buffer.from(pieces.join(''), 'latin1').toString('latin1');
      expect(Buffer.from(tail.text()).toString()).toBe(Buffer.from(all, 'latin1').subarray(-16).toString());
    }),
  );
});

test('a character cut in two by the ring is left out', () => {
  const tail = new StderrTail(6);
  tail.push(Buffer.from('ab€€'));
  tail.push(Buffer.from('c'));
  expect(tail.text()).toBe('€c');
});

test('of lines that were cut, the first is left out: half of a secret may be there', () => {
  const tail = new StderrTail(16);
  tail.push(Buffer.from('key=secret-value\nsecond\nthird'));
  expect(tail.text()).toBe('second\nthird');
});
