import { expect, test } from 'vitest';
import { toRegistry } from '../toRegistry.ts';
import { inCommonForm } from './commonForm.ts';

const env = { MY_KEY: 'set', word: 'set' };
const found = (entry: object) => ({ name: 'x', entry: { ...entry }, project: null });
const formOf = (text: string, variables: 'dollar' | 'shell' | undefined): unknown =>
  inCommonForm(found({ url: text }), variables, env).entry['url'];

test.each([
  ['$MY_KEY', '${MY_KEY}'],
  ['$UNSET', '${UNSET}'],
  ['Bearer $UNSET', 'Bearer ${UNSET}'],
  ['https://h/$UNSET/mcp', 'https://h/${UNSET}/mcp'],
  ['pre$word', 'pre${word}'],
  // An unset variable inside of a word is text for Gemini CLI, as a password may be.
  ['pa$ssw0rd', 'pa$ssw0rd'],
  ['p$$ssw0rd', 'p$$ssw0rd'],
  ['$5 ${MY_KEY} $', '$5 ${MY_KEY} $'],
  ['$(cat key)', '$(cat key)'],
])('reads %j with $NAME as a variable: %j', (text, expected) => {
  expect(formOf(text, 'dollar')).toBe(expected);
  expect(formOf(text, undefined)).toBe(text);
});

test.each([
  ['$MY_KEY', '${MY_KEY}'],
  ['pa$UNSET', 'pa${UNSET}'],
  ['${MY_KEY:?set MY_KEY}', '${MY_KEY}'],
  ['${MY_KEY:-d}', '${MY_KEY:-d}'],
  ['$(cat key)', '<the output of a command>'],
  ['Bearer $(cat key)', 'Bearer <the output of a command>'],
  ['pre-$(cat $MY_KEY)', '<the output of a command>'],
  ['pre-`cat key`', '<the output of a command>'],
  ['$5', '$5'],
])('reads %j as a shell does: %j', (text, expected) => {
  expect(formOf(text, 'shell')).toBe(expected);
});

test('changes values anywhere in an entry, and no keys', () => {
  const entry = { command: 'x', args: ['--key', '$MY_KEY'], env: { $MY_KEY: '$MY_KEY' }, timeout: 5 };
  expect(inCommonForm(found(entry), 'dollar', env).entry).toEqual({
    command: 'x',
    args: ['--key', '${MY_KEY}'],
    env: { $MY_KEY: '${MY_KEY}' },
    timeout: 5,
  });
});

test('has the output of a command asked for, and leaves out what needs it elsewhere', () => {
  const converted = (entry: object) => toRegistry(inCommonForm(found(entry), 'shell', env).entry, env);
  expect(converted({ url: 'http://127.0.0.1:9', headers: { A: 'Bearer $(x)' } })).toMatchObject({
    server: { headers: { A: 'Bearer ${secret:?}' } },
  });
  expect(converted({ command: 'x', args: ['$(x)'] })).toEqual({
    ok: false,
    reason: 'it needs a value for <the output of a command>',
  });
});
