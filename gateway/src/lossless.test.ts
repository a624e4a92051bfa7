import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRawJson, parseLossless } from './lossless.ts';

test.each([
  '12345678901234567890',
  '[1e400,-1E-400,0.1000000000000000055511151231257827]',
  '{"__proto__":{"a":12345678901234567890}}',
  '{"a":"12345678901234567890"}',
])('%s comes out as it went in', (text) => {
  expect(JSON.stringify(parseLossless(text))).toBe(text);
});

test('numbers that a double carries stay numbers', () => {
  expect(parseLossless('[1,2.5,-3,"9999999999999999999"]')).toEqual([1, 2.5, -3, '9999999999999999999']);
});

test('a kept number is recognised', () => {
  expect(isRawJson(parseLossless('12345678901234567890'))).toBe(true);
  expect(isRawJson({ rawJSON: '1' })).toBe(false);
});

test('any value survives next to a large number', () => {
  fc.assert(
    fc.property(fc.json(), fc.bigInt({ min: 10n ** 20n, max: 10n ** 30n }), (text, big) => {
      const wrapped = `{"big":${big},"rest":${JSON.stringify(JSON.parse(text))}}`;
      expect(JSON.stringify(parseLossless(wrapped))).toBe(wrapped);
    }),
  );
});

test('nesting too deep to walk is an error, not a crash', () => {
  const deep = `${'['.repeat(200_000)}12345678901234567890${']'.repeat(200_000)}`;
  expect(() => parseLossless(deep)).toThrow();
});
