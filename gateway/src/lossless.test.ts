import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRawJson, maxJsonDepth, parseLossless } from './lossless.ts';

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

test.each([
  ['1.0', 1],
  ['1e2', 100],
  ['-2.50E-1', -0.25],
  ['0.000', 0],
  ['1.000000000000000000000', 1],
])('%s beside a number that has to be kept is a number: a double carries it', (text, value) => {
  expect(parseLossless(`[${text},12345678901234567890]`)).toEqual([value, expect.anything()]);
  expect(isRawJson((parseLossless(`[${text},12345678901234567890]`) as unknown[])[0])).toBe(false);
});

test.each([
  '-0',
  '-0.0',
  '0.10000000000000000001',
  '9007199254740993',
  '1e-400',
  '1' + '0'.repeat(30),
  `1e${'9'.repeat(30)}`,
])('%s is kept: a double does not carry it', (text) => {
  const [value] = parseLossless(`[${text},12345678901234567890]`) as unknown[];
  expect(isRawJson(value)).toBe(true);
  expect(JSON.stringify(value)).toBe(text);
});

test('whatever a double carries is a number, in any notation; nothing else is', () => {
  const digits = fc.stringMatching(/^(0|[1-9][0-9]{0,22})(\.[0-9]{1,22})?([eE][+-]?[0-9]{1,3})?$/);
  fc.assert(
    fc.property(digits, (text) => {
      const [value] = parseLossless(`[${text},12345678901234567890]`) as unknown[];
      const carried = !isRawJson(value);
      const written = String(Number(text));
      const grewExponent = written.includes('e') && !/e/i.test(text);
      expect(carried).toBe(exactly(text) === exactly(written) && !grewExponent);
      if (!carried) expect(JSON.stringify(value)).toBe(text);
    }),
  );
});

/** A decimal as a fraction of integers with a fixed denominator; undefined for what is no number. */
function exactly(text: string): bigint | undefined {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const shift = 1_100 + Number(exponent) - fraction.length;
  return /^[0-9]/.test(text) ? BigInt(whole + fraction) * 10n ** BigInt(shift) : undefined;
}

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
