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
  onClose(): void {}
}

function added(streams: Streams, clientId: string, tokenKey = 'k'): Stream {
  const stream = new Stream();
  streams.add({
    identity: { clientId, tokenKey, only: null },
    lists: new Set(),
    meta: {},
    seen: new Map(),
    stream,
  });
  return stream;
}

test('the oldest stream of a client that has too many is closed, and nobody else’s', () => {
  const streams = new Streams(() => false);
  const other = added(streams, 'blue');
  const own = Array.from({ length: 101 }, () => added(streams, 'red'));
  expect(own.map(({ open }) => open)).toEqual([false, ...Array<boolean>(100).fill(true)]);
  expect(other.open).toBe(true);
});

test('a stream ends with its token, also where the token is revoked while it opens', () => {
  let revoked = '';
  const streams = new Streams(({ tokenKey }) => tokenKey === revoked);
  const [old, kept] = [added(streams, 'red', 'old'), added(streams, 'red', 'new')];
  revoked = 'old';
  streams.review();
  const late = added(streams, 'red', 'old');
  expect([old.open, kept.open, late.open]).toEqual([false, true, false]);
});
