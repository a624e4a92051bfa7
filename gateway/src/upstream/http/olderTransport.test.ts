import { expect, test } from 'vitest';
import { httpServer } from '../testing/servers.ts';
import { meansOlderTransport } from './olderTransport.ts';
import { OlderTransportError, statusError } from './failure/statusError.ts';

const falls = (url: string, status: number): boolean =>
  meansOlderTransport(statusError(httpServer(url), status), { url: new URL(url) });

test.each([400, 404, 405, 406, 410, 415, 422])(
  'HTTP %d at any address means the older transport',
  (status) => {
    expect(falls('http://localhost/mcp', status)).toBe(true);
  },
);

test.each([401, 403, 407, 429, 500, 501, 503])('HTTP %d at /mcp says nothing of the transport', (status) => {
  expect(falls('http://localhost/mcp', status)).toBe(false);
});

test.each([403, 405, 500, 501])('HTTP %d at /sse means the older transport', (status) => {
  expect(falls('http://localhost/sse', status)).toBe(true);
  expect(falls('http://localhost/a/sse/', status)).toBe(true);
});

test.each([401, 407, 429])('HTTP %d at /sse is about who asks', (status) => {
  expect(falls('http://localhost/sse', status)).toBe(false);
});

test('the stream of the older transport in a response means the older transport', () => {
  expect(meansOlderTransport(new OlderTransportError('s'), { url: new URL('http://localhost/mcp') })).toBe(
    true,
  );
});
