import { expect, test } from 'vitest';
import { UpstreamError } from '../../errors.ts';
import type { UpstreamAnswer } from '../types.ts';
import { otherRevision } from './rejectedRevision.ts';

const asked = '2025-11-25';
const error = (code: number, message: string, data?: unknown): UpstreamAnswer => ({
  error: { code, message, ...(data !== undefined && { data }) },
  bytes: 0,
});
const rejected = (body: string): UpstreamError => new UpstreamError('http_status', 'rejected', body);

test.each([
  [error(-32602, 'Unsupported protocol version', { supported: ['2024-11-05', '2025-06-18'] }), '2025-06-18'],
  [error(-32022, 'Unsupported', { supported: ['2026-07-28', '2025-03-26'], requested: asked }), '2025-03-26'],
  [error(-32600, 'protocolVersion 2025-11-25 is not 2024-10-07'), '2024-10-07'],
  [error(-32000, 'Bad Request: Unsupported protocol version (supported: 2024-11-05)'), '2024-11-05'],
  [rejected('{"error":"MCP-Version 2025-11-25 unknown; use 2025-03-26"}'), '2025-03-26'],
])('asks for the newest supported revision that a rejection names: %j', (rejection, expected) => {
  expect(otherRevision(rejection, asked, '2024-11-05')).toBe(expected);
});

test.each([
  error(-32022, 'no'),
  error(-32602, 'unsupported protocol version'),
  error(-32022, 'no', { supported: ['1999-01-01', asked] }),
  rejected('unknown protocol version'),
])("asks for the client's own revision where none is named: %j", (rejection) => {
  expect(otherRevision(rejection, asked, '2025-06-18')).toBe('2025-06-18');
  expect(otherRevision(rejection, asked, asked)).toBeUndefined();
  expect(otherRevision(rejection, asked, '2026-07-28')).toBeUndefined();
  expect(otherRevision(rejection, asked, undefined)).toBeUndefined();
});

test.each([
  error(-32603, 'database is down since 2025-03-26'),
  error(-32602, 'missing API key'),
  rejected('<h1>Not Found</h1>'),
  new UpstreamError('timeout', 'no answer', 'protocol version'),
  { result: { protocolVersion: '2024-11-05' }, bytes: 0 } as const,
])('asks for no other revision after %j', (rejection) => {
  expect(otherRevision(rejection, asked, '2025-06-18')).toBeUndefined();
});
