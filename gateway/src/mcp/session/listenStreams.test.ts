import { expect, test } from 'vitest';
import type { EventStream } from '../jsonrpc/exchange.ts';
import { Streams } from './listenStreams.ts';

class Stream implements EventStream {
  open = true;
  offer(): boolean {
    return true;
  }
  finish(): void {}
  send(): boolean {
    return this.open;
  }
  close(): void {
    this.open = false;
  }
  prime(): void {}
  onClose(): void {}
}

function added(streams: Streams, clientId: string): Stream {
  const stream = new Stream();
  streams.add({
    identity: { clientId, tokenKey: 'k', only: null },
    lists: new Set(),
    meta: {},
    seen: new Map(),
    stream,
  });
  return stream;
}

test('closes the oldest stream of a client that exceeds its limit, and no stream of another client', () => {
  const streams = new Streams();
  const other = added(streams, 'blue');
  const own = Array.from({ length: 101 }, () => added(streams, 'red'));
  expect(own.map(({ open }) => open)).toEqual([false, ...Array<boolean>(100).fill(true)]);
  expect(other.open).toBe(true);
});
