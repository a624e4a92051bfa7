import { expect, test } from 'vitest';
import { settingsView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import {
  addressFields,
  fieldText,
  isOn,
  limitFields,
  logFields,
  readField,
  signInFields,
  switched,
} from './settingFields.ts';

test('every setting of the registry is edited on the page, but what has a place of its own', () => {
  const edited = [...limitFields, ...addressFields, ...logFields, ...signInFields].map(({ key }) => key);
  // The token is set by a command, the scope in the file alone, TLS has fields of its own, and remembered lists are read again by
  // each server's own key.
  const elsewhere = ['management_token_status', 'management_scope', 'tls', 'lists'];
  expect([...edited, ...elsewhere].sort()).toEqual(Object.keys(settingsView.shape).sort());
});

test.each([
  ['number', ' 60 ', 60],
  ['number', '', null],
  ['number', '0', undefined],
  ['number', '1.5', undefined],
  ['number', 'ten', undefined],
  ['text', ' logs/a.log ', 'logs/a.log'],
  ['text', '', null],
  ['lines', 'a:1\n\n b:2 \n', ['a:1', 'b:2']],
  ['lines', ' \n', null],
  ['switch', 'false', false],
] as const)('reads %s %j as %j', (kind, text, value) => {
  expect(readField({ kind }, text)).toEqual(value);
});

test('a switch with keys of its own keeps them', () => {
  const section = { issuer: { url: 'https://login.example.com' } };
  expect([true, false, undefined, section, { enabled: false }].map(isOn)).toEqual([
    ...[true, false, false, true, false],
  ]);
  expect([switched(true, false), switched(undefined, true), switched(section, false)]).toEqual([
    ...[false, true, { enabled: false }],
  ]);
});

test('shows a list line by line, and nothing for what the file leaves out', () => {
  expect([fieldText(['a', 'b']), fieldText(null), fieldText(undefined), fieldText(7345)]).toEqual([
    'a\nb',
    '',
    '',
    '7345',
  ]);
});
