import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine } from './oneLine.ts';

test('a document is one line and the same value, however it was printed', () => {
  const breaks = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(4), breaks, (value, indent, newline) => {
      const text = JSON.stringify(value, null, indent).replaceAll('\n', newline);
      expect(oneLine(text)).not.toMatch(/[\r\n]/);
      expect(JSON.parse(oneLine(text))).toEqual(JSON.parse(text));
    }),
  );
});

test('what is one line already is left as it is', () => {
  const text = '{"a":"\\n\u2028"}';
  expect(oneLine(text)).toBe(text);
});
