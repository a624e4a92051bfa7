import { expect, test } from 'vitest';
import { membersBeside } from './groupMembers.ts';

const users = [
  'root:x:0:0::/root:/bin/sh',
  'me:x:1000:1000::/:/',
  'you:x:1001:100::/:/',
  'she:x:1002:1000::/:/',
];
const source = (groups: string, passwd: readonly string[] = users, remote = '') => ({
  groups,
  users: `${passwd.join('\n')}\n`,
  askGroup: () => remote,
});
const withoutHer = users.slice(0, 3);

test.each([
  ['a group of our own', 'me:x:1000:\n', withoutHer, []],
  ['one that lists us and root', 'me:x:1000:me,root\n', withoutHer, []],
  ['one that lists another', 'me:x:1000:you\n', withoutHer, ['you']],
  ['one that is the first group of another', 'me:x:1000:\n', users, ['she']],
  ['one that lists a user of elsewhere', 'me:x:1000:guest\n', withoutHer, ['guest']],
  ['one without a name', '', withoutHer, []],
])('%s', (_, groups, passwd, others) => {
  expect(membersBeside(1000, 1000, source(groups, passwd))).toEqual(others);
});

test('a group of a directory service is private only where it has our name and lists nobody else', () => {
  const remote = (line: string) => membersBeside(5000, 1000, source('', users, line));
  expect(remote('me:*:5000:\n')).toEqual([]);
  expect(remote('me:*:5000:you\n')).toEqual(['you']);
  expect(remote('domain users:*:5000:\n')).toEqual(['those whose first group is domain users']);
});
