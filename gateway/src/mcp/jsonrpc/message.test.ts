import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLossless } from '../../json/lossless.ts';
import { errorText, idKey, readMessage, resultText } from './message.ts';

test.each([
  ['{"jsonrpc":"2.0","id":1,"method":"ping"}', { kind: 'request', id: 1, method: 'ping', params: {} }],
  [
    '{"jsonrpc":"2.0","id":"a","method":"ping","params":{"x":1}}',
    { kind: 'request', id: 'a', params: { x: 1 } },
  ],
  ['{"jsonrpc":"2.0","id":0,"method":"ping"}', { kind: 'request', id: 0 }],
  ['{"jsonrpc":"2.0","method":"notifications/initialized"}', { kind: 'notification' }],
  ['{"jsonrpc":"2.0","id":1,"result":{}}', { kind: 'response' }],
  ['{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}', { kind: 'response' }],
])('%s', (text, expected) => {
  expect(readMessage(JSON.parse(text))).toMatchObject(expected);
});

test.each([
  ['null', null, -32600],
  ['[]', null, -32600],
  ['"ping"', null, -32600],
  ['{"id":1,"method":"ping"}', 1, -32600],
  ['{"jsonrpc":"1.0","id":1,"method":"ping"}', 1, -32600],
  ['{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32600],
  ['{"jsonrpc":"2.0","id":{},"method":"ping"}', null, -32600],
  ['{"jsonrpc":"2.0","id":true,"method":"ping"}', null, -32600],
  ['{"jsonrpc":"2.0","id":1,"method":7}', 1, -32600],
  ['{"jsonrpc":"2.0","id":1}', 1, -32600],
  ['{"jsonrpc":"2.0","id":1,"Method":"ping"}', 1, -32600],
  ['{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', 1, -32602],
  ['{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}', 1, -32602],
  ['{"__proto__":{"jsonrpc":"2.0","id":1,"method":"ping"}}', null, -32600],
])('%s is rejected', (text, id, code) => {
  expect(readMessage(JSON.parse(text))).toMatchObject({ kind: 'invalid', id, code });
});

test('reads any JSON without throwing', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => typeof readMessage(value).kind === 'string'));
});

test('echoes ids exactly, including numbers too large for a double', () => {
  for (const id of ['1', '"1"', '-1', '12345678901234567890', '""', '"\\u0000"']) {
    const message = readMessage(parseLossless(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`));
    if (message.kind !== 'request') throw new Error(`${id} was not taken`);
    expect(resultText(message.id, {})).toBe(`{"jsonrpc":"2.0","id":${id},"result":{}}`);
  }
});

test('the number 1 and the string "1" are different ids', () => {
  expect(idKey(1)).not.toBe(idKey('1'));
});

test('an error without an id has the id null', () => {
  expect(errorText(null, { code: -32700, message: 'x' })).toBe(
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}',
  );
});
