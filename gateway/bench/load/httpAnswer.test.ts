import { expect, test } from 'vitest';
import { messageOf } from './httpAnswer.ts';

test('a plain JSON body is the message', () => {
  expect(messageOf('application/json', '{"id":1}')).toBe('{"id":1}');
});

test('the last event with data is the message, whatever the line ends and ids', () => {
  const stream = 'event: message\r\nid: a\r\ndata: \r\n\r\nevent: message\r\nid: b\r\ndata: {"id":1}\r\n\r\n';
  expect(messageOf('text/event-stream; charset=utf-8', stream)).toBe('{"id":1}');
});

test('data over several lines is joined', () => {
  expect(messageOf('text/event-stream', 'data: {"id":\ndata:2}\n\n')).toBe('{"id":\n2}');
});

test('a stream without an answer is an error', () => {
  expect(() => messageOf('text/event-stream', ': ping\n\n')).toThrow('without an answer');
});
