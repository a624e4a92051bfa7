import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sseParser, type ServerSentEvent } from './sse.ts';

const stream = [
  ': keep-alive',
  '',
  'id: 7',
  'event: tool_authz',
  'data: {"seq":7}',
  '',
  'data: a',
  'data: b',
  '',
  'data: unfinished',
].join('\r\n');

function parse(pieces: readonly string[]): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  const feed = sseParser((event) => void events.push(event));
  for (const piece of pieces) feed(piece);
  return events;
}

test('events come whole; comments and an unfinished one do not come', () => {
  expect(parse([stream])).toEqual([
    { id: '7', event: 'tool_authz', data: '{"seq":7}' },
    { id: '7', event: 'message', data: 'a\nb' },
  ]);
});

test('how the stream was cut makes no difference', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.sort((left, right) => left - right), stream.length];
      const pieces = at.slice(1).map((end, index) => stream.slice(at[index], end));
      expect(parse(pieces)).toEqual(parse([stream]));
    }),
  );
});
