import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestLineError } from './requestShape.ts';

const shape = (target: string, headers: Record<string, string[]> = {}, httpVersion = '1.1') =>
  requestLineError({ target, httpVersion, header: (name) => headers[name] ?? [] });

describe('requestLineError', () => {
  it.each([
    '/mcp',
    '/mcp/plain?token=a%2e%2e&x=%00',
    '/mcp/a.b',
    '/ui/_app/x..y.js',
    '/...',
    '/events?a=/../',
  ])('lets %s through', (target) => expect(shape(target)).toBeUndefined());

  it.each([
    'http://127.0.0.1:7345/health',
    '*',
    '',
    'mcp',
    '/mcp#x',
    '/mcp x',
    '/mcp\u00e9',
    '/mcp/../status',
    '/..',
    '/mcp/.',
    '/mcp/%2e%2E/status',
    '/mcp/.%2e/status',
    '/mcp/..%2fstatus',
    '/mcp%2f..%2fstatus',
    '/mcp/..%5cstatus',
    '/mcp\\status',
    '/mcp%5cstatus',
    '/mcp%00',
    '/mcp%0d%0aX:1',
    '/mcp%7f',
  ])('rejects the target %j', (target) => expect(shape(target)).toBeDefined());

  it('never accepts what a URL parser would turn into another path', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2E',
      '\\',
      '%5c',
      '%2f',
      'mcp',
      'status',
      '//',
      '%00',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const target = `/${pieces.join('')}`;
        fc.pre(shape(target) === undefined && !target.startsWith('//'));
        expect(new URL(target, 'http://127.0.0.1').pathname).toBe(target);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(['0.9', '2.0', '1.2'])('rejects HTTP/%s', (version) =>
    expect(shape('/', {}, version)).toBeDefined(),
  );

  it.each([
    ['xchunked'],
    ['identity, chunked'],
    ['chunked, identity'],
    ['gzip'],
    ['chunked', 'chunked'],
    [''],
  ])('rejects Transfer-Encoding %j', (...codings) =>
    expect(shape('/mcp', { 'transfer-encoding': codings })).toBeDefined(),
  );

  it('takes chunked, and only in HTTP/1.1', () => {
    expect(shape('/mcp', { 'transfer-encoding': ['Chunked'] })).toBeUndefined();
    expect(shape('/mcp', { 'transfer-encoding': ['chunked'] }, '1.0')).toBeDefined();
  });

  it.each(['content-type', 'content-encoding', 'mcp-session-id', 'x-request-id'])(
    'rejects two of %s',
    (name) => {
      expect(shape('/mcp', { [name]: ['a', 'a'] })).toBeDefined();
      expect(shape('/mcp', { [name]: ['a'] })).toBeUndefined();
    },
  );
});
