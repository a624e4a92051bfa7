import type { ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { acquired, json, result, said, serve, streamable } from '../testing/httpStub.ts';
import { callTool, textOf } from '../testing/pool.ts';

vi.setConfig({ testTimeout: 20_000 });

test('an answer as a stream of events, progress before it, characters cut in two', async () => {
  const { origin } = await serve(
    streamable(({ body }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const progress = `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${body.id},"progress":1}}`;
      const bytes = Buffer.from(
        `data: ${progress}\n\nevent: message\r\ndata: ${result(body.id, said('é€😀'))}\n\n`,
      );
      for (const byte of bytes) response.write(Buffer.from([byte]));
      response.end();
    }),
  );
  const { instance } = await acquired(origin);
  const heard: unknown[] = [];
  const progress = { callerToken: 'mine', onProgress: (params: unknown) => void heard.push(params) };
  const answer = await instance.request('tools/call', { name: 'x' }, { timeoutMs: 5_000, progress });
  expect(textOf(answer)).toBe('é€😀');
  expect(heard).toEqual([{ progressToken: 'mine', progress: 1 }]);
});

test('a stream that breaks is taken up again where the server gave it ids', async () => {
  let id: number | undefined;
  const { origin, seen } = await serve(
    streamable(
      ({ body }, response) => {
        id = body.id;
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: e7\nretry: 100\ndata:\n\n');
      },
      ({ headers }, response) => {
        if (headers['last-event-id'] !== 'e7') response.writeHead(405).end();
        else {
          const event = `data: ${result(id, said('resumed'))}\n\n`;
          response.writeHead(200, { 'content-type': 'text/event-stream' }).end(event);
        }
      },
    ),
  );
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('resumed');
  expect(seen.filter(({ headers }) => headers['last-event-id'] === 'e7')).toHaveLength(1);
});

test('a stream is taken up again, also where the first try finds nobody', async () => {
  let id: number | undefined;
  let tries = 0;
  const { origin } = await serve(
    streamable(
      ({ body }, response) => {
        id = body.id;
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: e7\nretry: 100\ndata:\n\n');
      },
      ({ headers }, response) => {
        if (headers['last-event-id'] !== 'e7') response.writeHead(405).end();
        else if (++tries === 1) response.destroy();
        else {
          const event = `data: ${result(id, said('resumed'))}\n\n`;
          response.writeHead(200, { 'content-type': 'text/event-stream' }).end(event);
        }
      },
    ),
  );
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('resumed');
  expect(tries).toBe(2);
});

test('a stream that brings nothing is taken up again so often and no more', async () => {
  const empty = (response: ServerResponse): void =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('retry: 100\n\n');
  const { origin, seen } = await serve(
    streamable(
      (_seen, response) =>
        void response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end('id: e7\nretry: 100\ndata:\n\n'),
      ({ headers }, response) =>
        headers['last-event-id'] === 'e7' ? empty(response) : void response.writeHead(405).end(),
    ),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'x', {}, 5_000)).rejects.toMatchObject({ kind: 'protocol' });
  expect(seen.filter(({ headers }) => headers['last-event-id'] === 'e7')).toHaveLength(5);
});

test('what the server sends of its own accord is heard', async () => {
  const { origin } = await serve(
    streamable(
      () => undefined,
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
      },
    ),
  );
  const { notifications } = await acquired(origin);
  await expect
    .poll(() => notifications)
    .toEqual([{ serverId: 'tested', method: 'notifications/tools/list_changed', params: undefined }]);
});

test('the stream of an answer that the server leaves open is closed', async () => {
  let open = 0;
  const { origin } = await serve(
    streamable(({ body }, response) => {
      open++;
      response.on('close', () => open--);
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write(`data: ${result(body.id, said('open'))}\n\n`);
    }),
  );
  const { instance } = await acquired(origin);
  // More calls than an instance has connections.
  for (let called = 0; called < 1_100; called += 100) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => callTool(instance, 'x')));
    expect(answers.map(textOf)).toEqual(answers.map(() => 'open'));
  }
  await expect.poll(() => open).toBe(0);
});

test('the first request waits until notifications/initialized was taken', async () => {
  let ready = false;
  const { origin } = await serve((seen, response) => {
    if (seen.body.method === 'notifications/initialized') {
      setTimeout(() => {
        ready = true;
        response.writeHead(202).end();
      }, 100);
    } else {
      streamable(({ body }, answered) => json(answered, result(body.id, said(String(ready)))))(
        seen,
        response,
      );
    }
  });
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('true');
});

test('an answer that comes on the server’s own stream after a 202', async () => {
  let stream: ServerResponse | undefined;
  const { origin } = await serve(
    streamable(
      ({ body }, response) => {
        response.writeHead(202).end();
        setTimeout(() => stream?.write(`data: ${result(body.id, said('later'))}\n\n`), 20);
      },
      (_seen, response) => {
        stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
        stream.flushHeaders();
      },
    ),
  );
  const { instance } = await acquired(origin);
  await expect.poll(() => stream).toBeDefined();
  expect(textOf(await callTool(instance, 'x'))).toBe('later');
});

test('a call given up frees its connection and is cancelled upstream', async () => {
  let closed = false;
  const { origin, seen } = await serve(
    streamable((_seen, response) => {
      response.on('close', () => (closed = true));
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    }),
  );
  const { instance } = await acquired(origin);
  await expect(callTool(instance, 'hang', {}, 100)).rejects.toMatchObject({ kind: 'timeout' });
  await expect.poll(() => closed).toBe(true);
  expect(seen.filter(({ body }) => body.method === 'notifications/cancelled')).toHaveLength(1);
});

test('events of other names are no messages, wherever they come', async () => {
  const ping = 'event: ping\ndata: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n';
  const { origin } = await serve(
    streamable(
      ({ body }, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`${ping}event: ping\ndata: now\n\ndata: ${result(body.id, said('fine'))}\n\n`);
      },
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`${ping}data: {"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}\n\n`);
      },
    ),
  );
  const { instance, events, notifications } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('fine');
  await expect
    .poll(() => notifications.map(({ method }) => method))
    .toEqual(['notifications/prompts/list_changed']);
  expect(events.filter(({ type }) => type === 'anomaly')).toEqual([]);
});

test.each([
  ['CR LF', '\r\n', 'event:message', 'data:'],
  ['CR', '\r', 'event: message', 'data: '],
  ['LF and comments', '\n', ': hello\nid: 1\nretry: 10\nunknown: field', 'data: '],
  ['data on many lines', '\n', 'event: message', 'data: '],
])('an event stream written with %s', async (how, end, first, data) => {
  const { origin } = await serve(
    streamable(({ body }, response) => {
      const text = result(body.id, said('fine'));
      const lines = how === 'data on many lines' ? text.split(/(?<=,)/) : [text];
      response.writeHead(200, { 'content-type': 'Text/Event-Stream ; charset=UTF-8' });
      response.end([first, ...lines.map((line) => data + line), '', ''].join(end));
    }),
  );
  const { instance } = await acquired(origin);
  expect(textOf(await callTool(instance, 'x'))).toBe('fine');
});

test('an acknowledgement that says it is JSON is one', async () => {
  let stream: ServerResponse | undefined;
  const { origin } = await serve(
    streamable(
      ({ body }, response) => {
        response.writeHead(202, { 'content-type': 'application/json' }).end('null');
        stream?.write(`data: ${result(body.id, said('later'))}\n\n`);
      },
      (_seen, response) => {
        stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
        stream.flushHeaders();
      },
    ),
  );
  const { instance } = await acquired(origin);
  await expect.poll(() => stream).toBeDefined();
  expect(textOf(await callTool(instance, 'x'))).toBe('later');
});

test('a stream that the server has not free yet is asked for again', async () => {
  let asked = 0;
  const { origin } = await serve(
    streamable(
      () => undefined,
      (_seen, response) => {
        if (asked++ === 0)
          return void response.writeHead(409).end('Only one SSE stream is allowed per session');
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
      },
    ),
  );
  const { notifications } = await acquired(origin);
  await expect.poll(() => notifications).toHaveLength(1);
});

test('six hundred calls that wait for one notification all end', async () => {
  const waiting: (() => void)[] = [];
  const { origin } = await serve((seen, response) => {
    if (seen.body.method === 'notifications/progress') {
      response.writeHead(202).end();
      for (const answer of waiting.splice(0)) answer();
    } else {
      streamable(({ body }, held) => {
        held.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        waiting.push(() => held.write(`data: ${result(body.id, said('fine'))}\n\n`));
      })(seen, response);
    }
  });
  const { instance } = await acquired(origin);
  const calls = Array.from({ length: 600 }, () => callTool(instance, 'x'));
  await expect.poll(() => waiting).toHaveLength(600);
  instance.notify('notifications/progress', {});
  expect(new Set((await Promise.all(calls)).map(textOf))).toEqual(new Set(['fine']));
});
