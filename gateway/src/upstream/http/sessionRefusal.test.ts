import { expect, test } from 'vitest';
import { lostSessionError, saysSessionIsLost } from './sessionRefusal.ts';

test.each([
  'Bad Request: No valid session ID provided',
  'Bad Request: Mcp-Session-Id header is required',
  'Bad Request: Server not initialized',
  'Session not found',
  'Invalid session ID',
  'session unknown on this instance',
  'Missing session ID',
  'Received request before initialization was complete',
])('reads a lost session from "%s"', (text) => {
  expect(saysSessionIsLost(text)).toBe(true);
});

test.each(['Invalid arguments: path is required', 'Not found', 'database is not ready', 'x'.repeat(5_000)])(
  'reads no lost session from "%.40s"',
  (text) => {
    expect(saysSessionIsLost(text)).toBe(false);
  },
);

test('takes errors with reserved codes alone for a refusal of the protocol', () => {
  const error = (code: number): string =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message: 'Session not found' } });
  expect(lostSessionError(error(-32000))).toMatchObject({ code: -32000 });
  expect(lostSessionError(error(404))).toBeUndefined();
  expect(lostSessionError('{"jsonrpc":"2.0","id":1,"result":{"error":"Session not found"}}')).toBeUndefined();
  expect(lostSessionError('{"error"')).toBeUndefined();
});
