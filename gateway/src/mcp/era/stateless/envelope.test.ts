import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isModern, readEnvelope, type MirrorHeaders } from './envelope.ts';

const version = 'io.modelcontextprotocol/protocolVersion';
const capabilities = 'io.modelcontextprotocol/clientCapabilities';
const meta = { [version]: '2026-07-28', [capabilities]: { roots: {} } };
const headers = { revision: '2026-07-28', method: 'tools/call', name: 'x' };
const code = (params: object, given: MirrorHeaders = headers, method = 'tools/call'): number | undefined => {
  const read = readEnvelope(method, { name: 'x', ...params }, given);
  return 'error' in read ? read.error.code : undefined;
};

test('reads a complete envelope with matching headers', () => {
  expect(readEnvelope('tools/call', { name: 'x', _meta: meta }, headers)).toEqual({
    envelope: { capabilities: { roots: {} }, logLevel: undefined },
  });
});

test.each([
  ['no _meta', {}, headers, -32602],
  ['no revision in _meta', { _meta: { [capabilities]: {} } }, headers, -32602],
  ['no capabilities', { _meta: { [version]: '2026-07-28' } }, headers, -32602],
  ['no header for the revision', { _meta: meta }, { ...headers, revision: undefined }, -32020],
  ['another revision in the header', { _meta: meta }, { ...headers, revision: '2025-11-25' }, -32020],
  [
    'an unsupported revision',
    { _meta: { ...meta, [version]: 'v9' } },
    { ...headers, revision: 'v9' },
    -32022,
  ],
  ['another method in the header', { _meta: meta }, { ...headers, method: 'tools/list' }, -32020],
  ['no method in the header', { _meta: meta }, { ...headers, method: undefined }, -32020],
  ['another name in the header', { _meta: meta }, { ...headers, name: 'y' }, -32020],
  ['no name in the header', { _meta: meta }, { ...headers, name: undefined }, -32020],
  ['the name in Base64', { _meta: meta }, { ...headers, name: '=?base64?eA==?=' }, undefined],
  [
    'a level that is none',
    { _meta: { ...meta, 'io.modelcontextprotocol/logLevel': 'loud' } },
    headers,
    -32602,
  ],
])('%s', (_what, params, given, expected) => {
  expect(code(params, given)).toBe(expected);
});

test('answers an unsupported revision with the supported ones and the requested one', () => {
  const read = readEnvelope('ping', { _meta: { ...meta, [version]: 'v9' } }, { ...headers, revision: 'v9' });
  expect(read).toMatchObject({ error: { data: { supported: ['2026-07-28'], requested: 'v9' } } });
});

test('recognises the stateless era by body, header or method', () => {
  const none = { revision: undefined, method: undefined, name: undefined };
  expect(isModern('tools/list', {}, none)).toBe(false);
  expect(isModern('tools/list', {}, { ...none, revision: '2025-11-25' })).toBe(false);
  expect(isModern('tools/list', {}, { ...none, revision: '2026-07-28' })).toBe(true);
  expect(isModern('tools/list', { _meta: meta }, none)).toBe(true);
  expect(isModern('server/discover', {}, none)).toBe(true);
});

test('never throws, whatever a client sends', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('_meta', 'name', 'uri'), fc.jsonValue()),
      fc.string(),
      (params, text) => {
        const given = { revision: text, method: text, name: text };
        expect(() => readEnvelope('tools/call', params, given)).not.toThrow();
      },
    ),
  );
});
