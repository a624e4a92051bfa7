import { expect, test } from 'vitest';
import { lastLines } from './stderrLines.ts';

test('gives the last lines as they are, without empty ones, shortened', () => {
  expect(lastLines('')).toEqual([]);
  expect(lastLines('one\n\ntwo\r\nthree\n  \nfour\nfive\n')).toEqual(['two', 'three', 'four', 'five']);
  expect(lastLines('\u001b[31mFATAL\u001b[0m')).toEqual(['\u001b[31mFATAL\u001b[0m']);
  expect(lastLines('x'.repeat(1_000))[0]).toHaveLength(301);
});
