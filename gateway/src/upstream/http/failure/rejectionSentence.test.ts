import { expect, test } from 'vitest';
import { rejectionSentence } from './rejectionSentence.ts';

test.each([
  ['{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Invalid Host: x"}}', 'Invalid Host: x'],
  ['{"error":"invalid_token","error_description":"The token has expired"}', 'The token has expired'],
  ['{"detail":"Not Found"}', 'Not Found'],
  ['Invalid Host header\nmore', 'Invalid Host header'],
  ['<!DOCTYPE html><html><body><pre>Cannot POST /mcp</pre></body></html>', 'Cannot POST /mcp'],
  ['<html><head><title>502 Bad Gateway</title></head></html>', '502 Bad Gateway'],
  ['{"ok":false}', undefined],
  ['{broken', undefined],
  ['  ', undefined],
])('reads %s', (body, sentence) => {
  expect(rejectionSentence(body, [])).toBe(sentence);
});

test('leaves out the values of the headers that were sent', () => {
  expect(rejectionSentence('bad token abc123secret, or Bearer abc123secret', ['Bearer abc123secret'])).toBe(
    'bad token ***, or ***',
  );
});

test('stays on one line, short, and steers no terminal', () => {
  const sentence = rejectionSentence(`{"message":"\\u001b[2J\\n${'x'.repeat(1_000)}"}`, []);
  expect(sentence).toMatch(/^\\u001b\[2J\\u000ax+…$/);
  expect(sentence!.length).toBeLessThan(320);
});
