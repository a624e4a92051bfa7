import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentLength } from './contentLength.ts';
import type { OversizedMessage } from '../types.ts';
import { idOfOversized } from './discarded.ts';
import type { FrameLimits, FrameReader, Framing } from './framing.ts';
import { lines } from './lines.ts';

interface Read {
  readonly reader: FrameReader;
  readonly messages: string[];
  readonly oversized: OversizedMessage[];
  readonly flooded: number[];
}

function read(framing: Framing, limits: FrameLimits = { message: 1_000_000, discarded: 4_000_000 }): Read {
  const messages: string[] = [];
  const oversized: OversizedMessage[] = [];
  const flooded: number[] = [];
  const reader = framing.reader(
    {
      message: (text, bytes) => {
        expect(Buffer.byteLength(text)).toBe(bytes);
        messages.push(text);
      },
      oversized: (message) => oversized.push(message),
      flooded: (bytes) => flooded.push(bytes),
    },
    limits,
  );
  return { reader, messages, oversized, flooded };
}

function pushInPieces(reader: FrameReader, bytes: Buffer, sizes: readonly number[]): void {
  let start = 0;
  for (let i = 0; start < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    reader.push(bytes.subarray(start, start + size));
    start += size;
  }
}

const message = fc.oneof(
  fc.json(),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
);
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });

describe.each([
  ['newline', lines],
  ['content-length', contentLength],
])('%s framing', (_name, framing) => {
  test('reads any messages unchanged, wherever the chunks are split', () => {
    fc.assert(
      fc.property(fc.array(message), pieces, (sent, sizes) => {
        const { reader, messages } = read(framing);
        pushInPieces(reader, Buffer.from(sent.map((text) => framing.encode(text)).join('')), sizes);
        expect(messages).toEqual(sent);
        expect(reader.buffered).toBe(0);
      }),
    );
  });

  test('never buffers a message above the limit, and reads the next one', () => {
    const { reader, messages, oversized } = read(framing, { message: 100_000, discarded: 10_000_000 });
    const huge = `{"jsonrpc":"2.0","id":7,"result":"${'x'.repeat(4_000_000)}"}`;
    const bytes = Buffer.from(framing.encode('"before"') + framing.encode(huge) + framing.encode('"after"'));
    let most = 0;
    for (let start = 0; start < bytes.length; start += 65_536) {
      reader.push(bytes.subarray(start, start + 65_536));
      most = Math.max(most, reader.buffered);
    }
    expect(messages).toEqual(['"before"', '"after"']);
    expect(oversized.map(({ bytes: size }) => size)).toEqual([huge.length]);
    expect(idOfOversized(oversized[0]!)).toBe(7);
    expect(most).toBeLessThanOrEqual(100_000);
  });

  test('delivers a message at the limit, but not one above it in a single chunk', () => {
    const { reader, messages, oversized } = read(framing, { message: 1_000, discarded: 10_000 });
    reader.push(Buffer.from(framing.encode('x'.repeat(1_000)) + framing.encode('y'.repeat(1_001))));
    expect(messages).toEqual(['x'.repeat(1_000)]);
    expect(oversized.map(({ bytes }) => bytes)).toEqual([1_001]);
  });

  test('reports a flood for a message without an end', () => {
    const { reader, messages, flooded } = read(framing, { message: 1_000, discarded: 200_000 });
    const bytes = Buffer.from(framing.encode('x'.repeat(300_000)) + framing.encode('"after"'));
    pushInPieces(reader, bytes, [65_536]);
    reader.end();
    expect(flooded).toHaveLength(1);
    expect(messages).toEqual([]);
  });

  test('delivers an unfinished message at the end unchanged', () => {
    const { reader, messages } = read(framing);
    reader.push(Buffer.from(framing.encode('{"whole":1}') + framing.encode('{"half":1}').slice(0, -3)));
    reader.end();
    expect(messages[0]).toBe('{"whole":1}');
    expect(messages).toHaveLength(2);
  });
});

test.each(['\n', '\r\n', '\r'])(
  'writes a message with line breaks (%j) between its tokens as one line',
  (newline) => {
    const text = ['{', '"method":"ping"', '}'].join(newline);
    const line = lines.encode(text);
    expect(line.slice(0, -1)).not.toMatch(/[\r\n]/);
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({ method: 'ping' });
  },
);

test('accepts CRLF and empty lines', () => {
  const { reader, messages } = read(lines);
  reader.push(Buffer.from('\n\r\n{"a":1}\r\n\n{"b":2}\n'));
  expect(messages).toEqual(['{"a":1}', '{"b":2}']);
});

test('counts the length in bytes, not characters', () => {
  expect(contentLength.encode('"é€😀"')).toBe('Content-Length: 11\r\n\r\n"é€😀"');
});

test('passes on log lines between content-length messages unchanged, and skips other headers', () => {
  const { reader, messages } = read(contentLength);
  reader.push(
    Buffer.from('Server started\n\nContent-Type: application/json\r\nCONTENT-LENGTH : 2\r\nX-Y: z\r\n\r\n{}'),
  );
  reader.push(Buffer.from('Content-Length: 4\n\nnull'));
  expect(messages).toEqual(['Server started', '{}', 'null']);
});

test('does not buffer a header line without an end, and reports a flood', () => {
  const { reader, flooded } = read(contentLength, { message: 1_000_000, discarded: 4_000_000 });
  let most = 0;
  for (let pushed = 0; pushed < 5_000_000; pushed += 1_000) {
    reader.push(Buffer.from('x'.repeat(1_000)));
    most = Math.max(most, reader.buffered);
  }
  expect(most).toBeLessThanOrEqual(10_000);
  expect(flooded).toHaveLength(1);
});

test('rejects a body above the discard limit at its header', () => {
  const { reader, flooded } = read(contentLength, { message: 10, discarded: 100 });
  reader.push(Buffer.from('Content-Length: 999999999999\r\n\r\n'));
  expect(flooded).toEqual([999999999999]);
});

test.each([
  ['{"jsonrpc":"2.0","id":12,"result":{', '}}', 12],
  ['{"id": 3 , "jsonrpc":"2.0","result":', '"x"}', 3],
  ['{"jsonrpc":"2.0","result":{"id":5', '},"id":9}', 9],
  ['{"result":{"id":5', '},"id":9,"jsonrpc":"2.0"}\r', 9],
  ['{"jsonrpc":"2.0","result":{', '"id":5}}', undefined],
  ['{"jsonrpc":"2.0","id":"7","result":{', '"a":[1]}}', undefined],
  ['{"jsonrpc":"2.0","result":"', '\\",\\"id\\":5}"}', undefined],
])('the id of an oversized answer %s … %s', (head, tail, id) => {
  expect(idOfOversized({ head, tail, bytes: 20_000_000 })).toBe(id);
});
