import { expect, test } from 'vitest';
import { lostSessionError, rejectsSession, saysSessionIsLost } from './sessionRejection.ts';

test.each([
  'Bad Request: No valid session ID provided',
  'Bad Request: Mcp-Session-Id header is required',
  'Bad Request: Server not initialized',
  'Session not found',
  'Invalid session ID',
  'session unknown on this instance',
  'Missing session ID',
  'No transport found for sessionId',
  'session_id is invalid',
  "Session doesn't exist",
  'Unauthorized: Session not found',
  'Unexpected message, expect initialize request',
  'Server has never been initialised',
  "The client hasn't been initialized",
  'Please call initialize first',
  'sessions: unknown mcpSessionId',
  'Received request before initialization was complete',
])('reads a lost session from "%s"', (text) => {
  expect(saysSessionIsLost(text)).toBe(true);
});

test.each([
  'Invalid arguments: path is required',
  'Not found',
  'the obsession is not over',
  'the tool initialized nothing',
  'x'.repeat(5_000),
])('reads no lost session from "%.40s"', (text) => {
  expect(saysSessionIsLost(text)).toBe(false);
});

test('takes errors with reserved codes alone for a rejection of the protocol', () => {
  const error = (code: number): string =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message: 'Session not found' } });
  expect(lostSessionError(error(-32000))).toMatchObject({ code: -32000 });
  expect(lostSessionError(error(404))).toBeUndefined();
  expect(lostSessionError('{"jsonrpc":"2.0","id":1,"result":{"error":"Session not found"}}')).toBeUndefined();
  expect(lostSessionError('{"error"')).toBeUndefined();
});

test('decides by the status, by the words, and by whether there was a session', () => {
  const text = 'Session not found';
  const error = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32001, message: text } });
  for (const status of [404, 410, 503]) {
    expect(rejectsSession(status, '<html>', true)).toBe(true);
    expect(rejectsSession(status, text, false)).toBe(false);
  }
  for (const status of [400, 401, 409, 422]) {
    expect(rejectsSession(status, text, false)).toBe(true);
    expect(rejectsSession(status, 'missing argument', true)).toBe(false);
  }
  expect(rejectsSession(500, error, true)).toBe(true);
  expect(rejectsSession(500, text, true)).toBe(false);
  for (const status of [403, 407, 429]) expect(rejectsSession(status, error, true)).toBe(false);
});
