import { expect, test } from 'vitest';
import { parseOptions } from './arguments.ts';

const folder = ['--folder', '/f'];

test('options are off unless given', () => {
  const all = new Set(['calls', 'lists', 'package', 'containers']);
  const off = { quick: false, json: false, parts: all, named: false, folder: '/f' };
  expect(parseOptions([...folder])).toEqual(off);
  expect(parseOptions([...folder, '--json', '--quick'])).toEqual({ ...off, quick: true, json: true });
  expect(parseOptions([...folder, '--containers'])).toEqual({
    ...off,
    parts: new Set(['containers']),
    named: true,
  });
  expect(parseOptions(['--quick', '--help'])).toBeNull();
});

test('what is not understood is rejected by name', () => {
  expect(() => parseOptions(['--quik'])).toThrow('--quik');
  expect(() => parseOptions(['fast'])).toThrow('fast');
  expect(() => parseOptions([])).toThrow('npm run bench');
});
