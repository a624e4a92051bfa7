import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { findRequestId, maxScannedBytes } from './strangerBody.ts';

const chunk = 16 * 1024;

/** A body of a mebibyte, of which each piece is made when it is read. */
function bodyOf(text: string): { request: IncomingMessage; read: () => number } {
  let read = 0;
  const body = Buffer.from(text.padEnd(1024 * 1024));
  const stream = new Readable({
    highWaterMark: chunk,
    read() {
      this.push(read < body.length ? body.subarray(read, (read += chunk)) : null);
    },
  });
  return { request: stream as unknown as IncomingMessage, read: () => read };
}

it('reads no more than 64 KiB of a body, and what is buffered beyond', async () => {
  const { request, read } = bodyOf(`{"method":"ping","params":"${'x'.repeat(maxScannedBytes)}","id":7}`);
  expect(await findRequestId(request)).toBeUndefined();
  expect(request.isPaused()).toBe(true);
  expect(read()).toBeLessThanOrEqual(maxScannedBytes + 2 * chunk);
});

it('finds an id within them', async () => {
  expect(await findRequestId(bodyOf('{"method":"ping","params":{"id":8},"id":7}').request)).toBe(7);
});
