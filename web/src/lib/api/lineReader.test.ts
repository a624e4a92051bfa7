import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventData } from 'lmcp-gateway/src/api/events.ts';
import { lineReader } from './lineReader.ts';

const stream = [
  ': keep-alive',
  '',
  'id: 7',
  'event: tool_authz',
  'data: {"seq":7,"event":"tool_authz"}',
  '',
  'data: not JSON',
  '',
  'data: {"seq":8,',
  'data: "event":"tool_result"}',
  '',
  'data: {"seq":9,"event":"unfinished"}',
].join('\r\n');

function read(pieces: readonly string[]): (readonly EventData[])[] {
  const batches: (readonly EventData[])[] = [];
  const feed = lineReader((lines) => void batches.push(lines));
  for (const piece of pieces) feed(piece);
  return batches;
}

const lines = [
  { seq: 7, event: 'tool_authz' },
  { seq: 8, event: 'tool_result' },
];

test('hands on the finished lines of one piece together', () => {
  expect(read([stream])).toEqual([lines]);
});

test('reads the same lines however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.sort((left, right) => left - right), stream.length];
      const pieces = at.slice(1).map((end, index) => stream.slice(at[index], end));
      expect(read(pieces).flat()).toEqual(lines);
    }),
  );
});
