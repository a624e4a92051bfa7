import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestIdScanner } from './requestIdScanner.ts';

function scan(text: string, cuts: readonly number[] = []): unknown {
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  const scanner = new RequestIdScanner();
  let start = 0;
  for (const end of ends) {
    scanner.take(bytes.subarray(start, end));
    start = end;
  }
  return scanner.id;
}

test.each([
  ['the id last', '{"method":"ping","params":{"id":7},"jsonrpc":"2.0","id":1}', 1],
  ['the id first', '{"id":"a","method":"ping"}', 'a'],
  ['an escaped key', '{"\\u0069d":2,"m\\u0065thod":"ping"}', 2],
  ['an id beside strings with brackets and quotes', '{"method":"}{\\"id\\":3","id":4}', 4],
  ['an id with escapes', '{"method":"m","id":"\\u00e4\\"}"}', 'ä"}'],
  ['white space everywhere', ' \n{ "method" : "m" ,\t"id" : 5 } ', 5],
])('finds %s', (_what, text, id) => {
  expect(scan(text)).toBe(id);
});

test.each([
  ['an id of params', '{"method":"m","params":{"id":1}}'],
  ['an id in a list', '{"method":"m","params":[{"id":1}]}'],
  ['a null id', '{"method":"m","id":null}'],
  ['an object as id', '{"method":"m","id":{"id":1}}'],
  ['a list as id', '{"method":"m","id":["a"]}'],
  ['a response', '{"id":1,"result":{}}'],
  ['a method that is not a string', '{"id":1,"method":{"method":"m"}}'],
  ['a batch', '[{"method":"m","id":1}]'],
  ['a string', '"{\\"method\\":\\"m\\",\\"id\\":1}"'],
  ['nothing', ''],
  ['an id of more than 1 KiB', `{"method":"m","id":"${'x'.repeat(2_000)}"}`],
  ['an id that is not UTF-8', Buffer.from([...Buffer.from('{"method":"m","id":"'), 0xff, 0x22, 0x7d])],
])('finds no id in %s', (_what, text) => {
  const scanner = new RequestIdScanner();
  scanner.take(Buffer.from(text));
  expect(scanner.id).toBeUndefined();
});

test('keeps the digits of an id that a double cannot hold', () => {
  expect(JSON.stringify(scan('{"method":"m","id":9007199254740993}'))).toBe('9007199254740993');
});

const escapedKey = (key: string): string =>
  `"${Array.from({ length: key.length }, (_, i) => `\\u${key.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
const key = fc.oneof(fc.constantFrom('id', 'method', 'params', 'jsonrpc', 'Id', 'methods'), fc.string());
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('ping', 1, '"', '\\', '{"id":1', null),
  fc.record({ id: fc.integer(), method: fc.string() }),
);
const member = fc.record({ key, value, escaped: fc.boolean() });
const space = fc.constantFrom('', ' ', '\n', '\t \r');
const object = fc
  .tuple(fc.uniqueArray(member, { selector: (each) => each.key }), space)
  .map(([members, blank]) => {
    const texts = members.map(
      (each) =>
        `${blank}${each.escaped ? escapedKey(each.key) : JSON.stringify(each.key)}${blank}:${blank}` +
        `${JSON.stringify(each.value)}${blank}`,
    );
    return `${blank}{${texts.join(',')}}${blank}`;
  });

test('agrees with JSON.parse on every document, however its bytes arrive', () => {
  fc.assert(
    fc.property(fc.oneof(object, fc.json()), fc.array(fc.nat()), (text, cuts) => {
      const parsed = JSON.parse(text) as unknown;
      const { id, method } =
        typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
          ? (parsed as { id?: unknown; method?: unknown })
          : {};
      const isId = typeof id === 'number' || (typeof id === 'string' && JSON.stringify(id).length <= 512);
      const expected = isId && typeof method === 'string' ? id : undefined;
      const found = scan(text, cuts);
      expect(found === undefined ? undefined : JSON.parse(JSON.stringify(found))).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('never throws, whatever the bytes', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => new RequestIdScanner().take(bytes)));
});
