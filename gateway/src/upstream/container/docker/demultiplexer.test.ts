import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Demultiplexer } from './demultiplexer.ts';

function frame(stream: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

it('gives each stream its bytes in order, however the frames are cut', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })));
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (written, cuts) => {
      const got = { 1: [] as Buffer[], 2: [] as Buffer[] };
      const demultiplexer = new Demultiplexer(
        (chunk) => got[1].push(chunk),
        (chunk) => got[2].push(chunk),
      );
      const bytes = Buffer.concat(written.map(([stream, payload]) => frame(stream, payload)));
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const cut = cuts[i % cuts.length]!;
        expect(demultiplexer.push(bytes.subarray(at, at + cut))).toBe(true);
        at += cut;
      }
      for (const stream of [1, 2] as const) {
        const expected = written.filter(([of]) => of === stream).map(([, payload]) => payload);
        expect(Buffer.concat(got[stream])).toEqual(Buffer.concat(expected));
      }
    }),
  );
});

it('takes a hundred thousand tiny frames in one chunk', () => {
  let bytes = 0;
  const demultiplexer = new Demultiplexer(
    (chunk) => (bytes += chunk.length),
    () => undefined,
  );
  const tiny = frame(1, Buffer.from('x'));
  expect(demultiplexer.push(Buffer.concat(Array.from({ length: 100_000 }, () => tiny)))).toBe(true);
  expect(bytes).toBe(100_000);
});

it('says so when the bytes are no framed stream', () => {
  const demultiplexer = new Demultiplexer(
    () => undefined,
    () => undefined,
  );
  expect(demultiplexer.push(Buffer.from('{"jsonrpc":"2.0"}'))).toBe(false);
});
