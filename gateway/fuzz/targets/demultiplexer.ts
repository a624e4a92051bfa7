import assert from 'node:assert/strict';
import { Demultiplexer } from '../../src/upstream/container/docker/demultiplexer.ts';

interface Streams {
  readonly readable: boolean;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const headerSize = 8;

/** The first byte says how the rest is cut; the rest is what an engine sends. */
export function fuzz(data: Buffer): void {
  const sent = data.subarray(1);
  assert.deepEqual(inPieces(sent, 1 + ((data[0] ?? 0) % 32)), atOnce(sent));
}

function inPieces(sent: Buffer, size: number): Streams {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const demultiplexer = new Demultiplexer(
    (chunk) => stdout.push(chunk),
    (chunk) => stderr.push(chunk),
  );
  let readable = true;
  for (let at = 0; at < sent.length && readable; at += size) {
    readable = demultiplexer.push(sent.subarray(at, at + size));
  }
  return { readable, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
}

/** The same format, said over the whole of the bytes. */
function atOnce(sent: Buffer): Streams {
  const parts: { readonly of: number; readonly payload: Buffer }[] = [];
  let readable = true;
  for (let at = 0; at + headerSize <= sent.length && readable;) {
    readable = sent.readUInt32BE(at) % 2 ** 24 === 0 && (sent[at] ?? 0) <= 2;
    const end = at + headerSize + sent.readUInt32BE(at + 4);
    if (readable) parts.push({ of: sent[at] ?? 0, payload: sent.subarray(at + headerSize, end) });
    at = end;
  }
  const all = (stderr: boolean) =>
    Buffer.concat(parts.filter(({ of }) => (of === 2) === stderr).map(({ payload }) => payload));
  return { readable, stdout: all(false), stderr: all(true) };
}
