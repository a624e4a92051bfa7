import { expect, test } from 'vitest';
import { parseOptions } from './arguments.ts';

const folder = ['--folder', '/f'];

test('options are off unless given', () => {
  expect(parseOptions([...folder])).toEqual({ quick: false, json: false, folder: '/f' });
  expect(parseOptions([...folder, '--json', '--quick'])).toEqual({ quick: true, json: true, folder: '/f' });
  expect(parseOptions(['--quick', '--help'])).toBeNull();
});

test('what is not understood is refused by name', () => {
  expect(() => parseOptions(['--quik'])).toThrow('--quik');
  expect(() => parseOptions(['fast'])).toThrow('fast');
  expect(() => parseOptions([])).toThrow('npm run bench');
});
