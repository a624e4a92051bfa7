import { expect, test } from 'vitest';
import { jsonByteLength, jsonParts, wholeJson } from './jsonText.ts';

const joined = {
  before: '{"é":',
  bytes: Buffer.from('xx["ü"]yy').subarray(2, -2),
  after: ',"b":"ö"}',
  keep: () => undefined,
};

test('measures and joins the parts of a text as one text', () => {
  const whole = '{"é":["ü"],"b":"ö"}';
  expect(wholeJson(joined)).toBe(whole);
  expect(jsonByteLength(joined)).toBe(Buffer.byteLength(whole));
  expect([wholeJson(whole), jsonByteLength(whole)]).toEqual([whole, Buffer.byteLength(whole)]);
});

test('gives the bytes themselves to be written, not a copy', () => {
  expect(jsonParts(joined)[1]).toBe(joined.bytes);
});
