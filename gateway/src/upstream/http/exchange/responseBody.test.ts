import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvents } from './responseBody.ts';

const source = { serverId: 'tested', largestMessage: () => 1_000_000 };

async function eventsOf(pieces: readonly Buffer[]): Promise<string[]> {
  const events: string[] = [];
  await readEvents({ headers: {}, body: Readable.from(pieces) }, source, {
    event: ({ data }) => void events.push(data),
  });
  return events;
}

test('events arrive whole, however lines end and wherever the stream is cut', async () => {
  const message = fc.array(fc.stringMatching(/^[a-z€😀 ]{0,8}$/u), { minLength: 1, maxLength: 3 });
  const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
  const messages = fc.array(message, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      messages,
      lineEnd,
      fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1 }),
      async (all, end, sizes) => {
        const text = all.map((lines) => [...lines.map((line) => `data:x${line}`), '', ''].join(end)).join('');
        const bytes = Buffer.from(text);
        const pieces: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += pieces.at(-1)?.length ?? 1) {
          pieces.push(bytes.subarray(at, at + (sizes[pieces.length % sizes.length] ?? 1)));
        }
        expect(await eventsOf(pieces)).toEqual(
          all.map((lines) => lines.map((line) => `x${line}`).join('\n')),
        );
      },
    ),
  );
});

test('an event that ends with CR is given before more comes', async () => {
  const events: string[] = [];
  const body = new Readable({ read: () => undefined });
  const reading = readEvents({ headers: {}, body }, source, {
    event: ({ data }) => void events.push(data),
  });
  body.push('data: now\r\r');
  await expect.poll(() => events).toEqual(['now']);
  body.push(null);
  await reading;
});
