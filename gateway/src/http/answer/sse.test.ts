import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { ByteBudget } from '../../byteBudget.ts';
import { SseStream } from './sse.ts';
import { UnreadAnswers } from './unread.ts';

let server: Server | undefined;
let reader: Socket | undefined;
afterEach(() => {
  reader?.destroy();
  server?.close();
});

/** A stream to a reader of ours. */
async function openStream(unread?: UnreadAnswers): Promise<SseStream> {
  const opened = new Promise<SseStream>((resolve) => {
    server = createServer((_request, response) => resolve(new SseStream(response, {}, unread)));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server?.address() as AddressInfo;
  reader = connect(port, '127.0.0.1', () => reader?.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
  return opened;
}

it('drops a reader that does not take what it asked for, instead of keeping it all', async () => {
  const stream = await openStream();
  const ended = vi.fn();
  stream.onClose(ended);
  reader?.pause();
  const text = 'x'.repeat(64 * 1024);
  let sent = 0;
  // What the kernel buffers on both sides comes on top of the limit.
  for (; sent < 1_000 && stream.send(text); sent++) await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toBeLessThan(400);
  expect(stream.open).toBe(false);
  expect(ended).toHaveBeenCalledOnce();
});

it('gives a message with line breaks between its tokens as one event of one line', async () => {
  const stream = await openStream();
  let received = '';
  reader?.on('data', (chunk: Buffer) => (received += chunk.toString()));
  stream.send('{\r\n\n"a":1\n}\r');
  stream.send('{"last":true}');
  await vi.waitFor(() => expect(received).toContain('last'));
  expect(received.match(/^data: .*$/gm)).toEqual(['data: { "a":1 } ', 'data: {"last":true}']);
});

it('gives a message in parts as one event', async () => {
  const stream = await openStream();
  let received = '';
  reader?.on('data', (chunk: Buffer) => (received += chunk.toString()));
  stream.finish({ before: '{"a":\n', bytes: Buffer.from('["é"]'), after: '}', keep: () => undefined });
  // Without the lengths of the chunks of the transfer coding.
  const events = (): string => received.replaceAll(/\r\n[0-9a-f]+\r\n/g, '');
  await vi.waitFor(() => expect(events()).toContain('event: message\ndata: {"a": ["é"]}\n\n'));
});

it('counts large events until they are read, and drops a reader for whom the memory is used up', async () => {
  const memory = new ByteBudget(() => 8_000_000);
  const dropped = vi.fn();
  const stream = await openStream(new UnreadAnswers(memory, { kind: 'client', id: 'red' }, dropped));
  const event = 'x'.repeat(1_900_000);
  reader?.resume();
  expect(stream.send(event)).toBe(true);
  expect(memory.total).toBeGreaterThan(event.length);
  await vi.waitFor(() => expect(memory.total).toBe(0));
  reader?.pause();
  expect([stream.send(event), stream.send(event)]).toEqual([true, false]);
  expect(dropped).toHaveBeenCalledExactlyOnceWith('client');
  expect([stream.open, memory.total]).toEqual([false, 0]);
});

it('drops a reader that keeps up when the memory of its client is used up elsewhere', async () => {
  const memory = new ByteBudget(() => 8_000_000);
  const red = { kind: 'client', id: 'red' } as const;
  using held = memory.open(red);
  expect(held.add(1_900_000)).toBeUndefined();
  const dropped = vi.fn();
  const stream = await openStream(new UnreadAnswers(memory, red, dropped));
  reader?.resume();
  expect([stream.send('x'.repeat(200_000)), stream.open]).toEqual([false, false]);
  expect(dropped).toHaveBeenCalledExactlyOnceWith('client');
  expect(memory.total).toBe(1_900_000);
});

it('leaves out what a slow reader can do without, and keeps the last event for it', async () => {
  const stream = await openStream();
  reader?.pause();
  const text = 'x'.repeat(64 * 1024);
  for (let i = 0; i < 1_000; i++) {
    expect(stream.offer(text)).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(stream.open).toBe(true);
  stream.finish('the answer');
  expect(stream.open).toBe(false);
  expect(stream.offer(text)).toBe(false);
  let received = '';
  reader?.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  reader?.resume();
  await vi.waitFor(() => expect(received).toContain('data: the answer\n\n'), { timeout: 10_000 });
  expect(received.length).toBeLessThan(400 * text.length);
});

it('gives a reader that keeps up all of it', async () => {
  const stream = await openStream();
  let received = 0;
  reader?.on('data', (chunk: Buffer) => (received += chunk.length));
  const text = 'x'.repeat(64 * 1024);
  for (let i = 0; i < 200; i++) {
    expect(stream.send(text)).toBe(true);
    await vi.waitFor(() => expect(received).toBeGreaterThan(i * text.length), {
      interval: 1,
      timeout: 10_000,
    });
  }
});
