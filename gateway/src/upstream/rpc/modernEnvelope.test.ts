import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headerValue, inEnvelope, readHeaderValue, standardHeaders } from './modernEnvelope.ts';

test('the envelope keeps what the caller put into _meta, except what is for LMCP to say', () => {
  const params = {
    name: 'x',
    _meta: { traceparent: '00-1', 'io.modelcontextprotocol/clientCapabilities': { tasks: {} } },
  };
  const { _meta: meta, name } = inEnvelope(params, { roots: {} }, 'info') as { _meta: object; name: string };
  expect(name).toBe('x');
  expect(meta).toMatchObject({
    traceparent: '00-1',
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { roots: {} },
    'io.modelcontextprotocol/logLevel': 'info',
  });
});

test('headers mirror the method and what it is about', () => {
  expect(standardHeaders('tools/list', {})).toEqual({
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/list',
  });
  expect(standardHeaders('resources/read', { uri: 'file:///ä' })['mcp-name']).toMatch(/^=\?base64\?/);
});

test('every text survives the way through a header', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('=?base64?YQ==?=')), (text) => {
      const value = headerValue(text);
      expect(value).toMatch(/^[\x20-\x7e]+$/);
      expect(readHeaderValue(value)).toBe(text.toWellFormed());
    }),
  );
});
