import zlib from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { limits } from '../limits.ts';
import { acquired, json, result, said, serve, streamable } from '../testing/httpStub.ts';
import { callTool, textOf } from '../testing/pool.ts';

vi.setConfig({ testTimeout: 20_000 });

test('JSON answers arrive unchanged; session, revision and the registry’s headers are sent along', async () => {
  const exotic =
    '{"content":[{"type":"hologram","n":12345678901234567890}],"structuredContent":{"e":1e400},"unknown":{"a":[1]}}';
  const { origin, seen } = await serve(
    streamable(({ body }, response) =>
      json(response, `{"extra":true,"jsonrpc":"2.0","id":${body.id},"result":${exotic}}`),
    ),
  );
  const headers = new Map([
    ['Authorization', 'Bearer upstream'],
    ['ACCEPT', 'text/plain'],
  ]);
  const { instance, pool } = await acquired(origin, { headers });
  const answer = await callTool(instance, 'x');
  expect(JSON.stringify('result' in answer && answer.result)).toBe(exotic);
  expect(seen.find(({ body }) => body.method === 'tools/call')?.headers).toMatchObject({
    authorization: 'Bearer upstream',
    accept: 'application/json, text/event-stream',
    'mcp-session-id': 's1',
    'mcp-protocol-version': '2025-06-18',
  });
  expect(seen[0]?.headers['mcp-session-id']).toBeUndefined();
  await pool.close(0);
  const deleted = seen.filter(({ method }) => method === 'DELETE');
  expect(deleted).toMatchObject([{ headers: { 'mcp-session-id': 's1' } }]);
});

const codings = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  'Deflate, identity': zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
  'br, gzip': (text: string) => zlib.gzipSync(zlib.brotliCompressSync(text)),
};

test.each(Object.entries(codings))('an answer with Content-Encoding: %s', async (coding, encode) => {
  const { origin } = await serve(
    streamable(({ body }, response) => {
      const [type, text] =
        body.params?.name === 'stream'
          ? ['text/event-stream', `\ufeffdata: ${result(body.id, said('é'))}\r\n\r\n`]
          : ['application/json', `\ufeff${result(body.id, said('é'))}`];
      response.writeHead(200, { 'content-type': type, 'content-encoding': coding }).end(encode(text));
    }),
  );
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('é');
  expect(textOf(await callTool(instance, 'stream'))).toBe('é');
});

test('events of a compressed stream arrive one by one', async () => {
  const { origin } = await serve(
    streamable(({ body }, response) => {
      const gzip = zlib.createGzip();
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      gzip.pipe(response);
      gzip.write(`data: ${result(body.id, said('open'))}\n\n`);
      gzip.flush();
    }),
  );
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('open');
});

test('a coding that is not read is named to the operator', async () => {
  const { origin } = await serve(
    streamable((_seen, response) => json(response, 'x', { 'content-encoding': 'compress' })),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'x')).rejects.toMatchObject({
    kind: 'protocol',
    operatorDetail: 'content-encoding: compress',
  });
});

test('an event without end is too large, however many comments are in it', async () => {
  let sent = 0;
  const closed = Promise.withResolvers<undefined>();
  const { origin } = await serve(
    streamable((_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const piece = 'data:x\n:\n'.repeat(10_000);
      response.once('close', () => closed.resolve(undefined));
      const more = (): void => {
        if (response.destroyed) return;
        sent += piece.length;
        response.write(piece, () => setImmediate(more));
      };
      more();
    }),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'x')).rejects.toMatchObject({ kind: 'too_large' });
  await closed.promise;
  // What was under way in buffers comes on top.
  expect(sent).toBeLessThan(limits.message + 16 * 1024 * 1024);
});

test('a large answer is read in slices and arrives whole, as JSON and as an event', async () => {
  const numbers = `[${'1e1,'.repeat(limits.readWithoutPause)}1]`;
  const { origin } = await serve(
    streamable(({ body }, response) => {
      const text = result(body.id, `{"structuredContent":${numbers}}`);
      if (body.params?.name === 'json') {
        json(response, text);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`id: 1\ndata: ${text}\n\n`);
    }),
  );
  const { instance } = await acquired(origin);
  for (const name of ['json', 'event']) {
    const answer = await callTool(instance, name);
    expect(JSON.stringify('result' in answer && answer.result)).toBe(`{"structuredContent":${numbers}}`);
  }
});
