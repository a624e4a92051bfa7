import { expect, it } from 'vitest';
import { npxPackages } from './npxPackages.ts';

it.each([
  [['-y', 'a@1.2.3', '--port', '1'], ['a@1.2.3']],
  [['a'], ['a']],
  [['--yes', '--', 'a', '-x'], ['a']],
  [
    ['-p', 'a', '--package=b', 'program', '-x'],
    ['a', 'b'],
  ],
])('npx %j needs %j', (args, packages) => expect(npxPackages(args)).toEqual(packages));

it.each([[[]], [['-y']], [['-c', 'a']], [['--registry=http://x', 'a']], [['--']]])(
  'cannot tell what npx %j needs',
  (args) => expect(npxPackages(args)).toBeUndefined(),
);
