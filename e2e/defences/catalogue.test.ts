import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../harness/gateway.ts';
import { catalogue } from './catalogue/index.ts';
import { takenOut } from './checkout.ts';

test.each(catalogue)('the defence against $against stands where the catalogue says', async (defence) => {
  const text = await readFile(join(root, defence.file), 'utf8');
  expect(takenOut(text, defence)).not.toBe(text);
  const tests = await readFile(join(root, defence.test.file), 'utf8');
  expect(tests).toContain("from 'vitest'");
});

test('no two entries are about the same thing', () => {
  const names = catalogue.map(({ against }) => against);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test('a defence that is not there, or there twice, is an error in words', () => {
  const defence = { ...catalogue[0]!, code: 'check();', without: '' };
  expect(() => takenOut('', defence)).toThrow(/has 0 times, not once: check\(\);/);
  expect(() => takenOut('check(); check();', defence)).toThrow(/has 2 times/);
  expect(() => takenOut('if (bad) { check(); }', { ...defence, code: 'bad) {' })).toThrow();
});
