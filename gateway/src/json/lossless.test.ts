import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLossless } from './lossless.ts';
import { isRawJson, numberIn } from './losslessNumber.ts';
import { maxJsonDepth } from './losslessReader.ts';

test.each([
  '12345678901234567890',
  '[1e400,-1E-400,0.1000000000000000055511151231257827]',
  '1234567890.1234567890',
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

test.each([
  ['1.0', 1],
  ['1e2', 100],
  ['7', 7],
  ['"7"', undefined],
  ['null', undefined],
  ['{}', undefined],
])('%s beside a number whose digits are kept is read as %s where a number is meant', (text, number) => {
  const [value] = parseLossless(`[${text},12345678901234567890]`) as unknown[];
  expect(numberIn(value)).toBe(number);
});

test('any value survives next to a large number', () => {
  fc.assert(
    fc.property(fc.json(), fc.bigInt({ min: 10n ** 20n, max: 10n ** 30n }), (text, big) => {
      const wrapped = `{"big":${big},"rest":${JSON.stringify(JSON.parse(text))}}`;
      expect(JSON.stringify(parseLossless(wrapped))).toBe(wrapped);
    }),
  );
});

test.each(['[', '{"a":'])('nesting of %s too deep to walk is an error, not a crash', (open) => {
  const close = open === '[' ? ']' : '}';
  const nested = (depth: number, leaf: string): string => open.repeat(depth) + leaf + close.repeat(depth);
  for (const leaf of ['1', '12345678901234567890']) {
    expect(() => parseLossless(nested(100_000, leaf))).toThrow(SyntaxError);
    expect(() => parseLossless(nested(maxJsonDepth + 1, leaf))).toThrow('nested deeper than 1000 levels');
    const deepest = nested(maxJsonDepth, leaf);
    expect(JSON.stringify(parseLossless(deepest))).toBe(deepest);
  }
});

test('a key of __proto__ stays a key, whatever its value', () => {
  fc.assert(
    fc.property(fc.json(), fc.bigInt(), (value, big) => {
      const parsed = parseLossless(`{"__proto__":${value},"n":${big}}`) as object;
      expect(Object.hasOwn(parsed, '__proto__')).toBe(true);
      expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    }),
  );
});

test.each(['', '{', '[1,]', "{'a':1}", 'NaN', '01', '1e', '"\\x"', '{"n":12345678901234567890'])(
  '%j is a SyntaxError',
  (text) => {
    expect(() => parseLossless(text)).toThrow(SyntaxError);
  },
);
