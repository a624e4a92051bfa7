import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import { parseLossless } from '../../json/lossless.ts';
import { limits } from '../limits.ts';
import { Router } from './router.ts';
import type { Outgoing } from '../types.ts';

interface Sent {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

function routerWith(send?: (text: string) => Promise<void>, shared = false) {
  const sent: Sent[] = [];
  const about: (Outgoing | undefined)[] = [];
  const seen = {
    anomalies: [] as string[],
    notifications: [] as unknown[],
    unusable: [] as string[],
    idle: 0,
  };
  const router = new Router({
    serverId: 'tested',
    shared,
    clock: systemClock,
    send: (text, outgoing) => {
      sent.push(JSON.parse(text) as Sent);
      about.push(outgoing);
      return send?.(text) ?? Promise.resolve();
    },
    onNotification: (method, params) => void seen.notifications.push([method, params]),
    onAnomaly: (what) => seen.anomalies.push(what),
    onUnusable: (error) => seen.unusable.push(error.kind),
    onIdle: () => seen.idle++,
  });
  const receive = (message: unknown): void => {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    void router.receive(text, text.length);
  };
  return { router, sent, about, seen, receive };
}

const timeoutMs = 60_000;

test('an id written as 1.0 is the id 1, also beside numbers whose digits are kept', async () => {
  const { router, receive } = routerWith();
  const call = router.request('tools/call', {}, { timeoutMs });
  receive('{"jsonrpc":"2.0","id":1.0,"result":{"large":12345678901234567890}}');
  expect(JSON.stringify(await call)).toContain('{"large":12345678901234567890}');
  const failing = router.request('tools/call', {}, { timeoutMs });
  receive('{"id":2.0,"error":{"code":-32042.0,"message":"m","data":12345678901234567890}}');
  expect(await failing).toMatchObject({ error: { code: -32042, message: 'm' } });
});

test('a large request is written over many turns of the event loop, with the digits of its numbers', async () => {
  const texts: string[] = [];
  const { router, receive } = routerWith((text) => {
    texts.push(text);
    return Promise.resolve();
  });
  const args = parseLossless(`[${'1e1,'.repeat(1024 ** 2 - 1)}1.0]`);
  const call = router.request('tools/call', { arguments: args }, { timeoutMs, large: true, clientId: 'a' });
  let turns = 0;
  for (; texts.length === 0; turns++) await nextTurn();
  // A slice has 32 KiB, a turn at most 16 of them.
  expect(turns).toBeGreaterThanOrEqual(8);
  expect(texts[0]?.slice(-60)).toBe(`${'1e1,'.repeat(20)}1.0]}}`.slice(-60));
  receive({ jsonrpc: '2.0', id: 1, result: {} });
  await call;
});

test('a large request is not sent if the caller cancels while it is written', async () => {
  const { router, sent } = routerWith();
  const cancelling = new AbortController();
  const args = Array.from({ length: 1024 ** 2 }, () => 1);
  const options = { timeoutMs, large: true, signal: cancelling.signal };
  const call = router.request('tools/call', { arguments: args }, options);
  cancelling.abort();
  await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  for (let turn = 0; turn < 100; turn++) await nextTurn();
  expect(sent.map(({ method }) => method)).not.toContain('tools/call');
});

test('of a shared instance a client has a quarter of the places for calls, free again with each answer', async () => {
  const { router, receive } = routerWith(undefined, true);
  const quarter = limits.inFlightRequests / 4;
  const call = (clientId: string) => router.request('tools/call', {}, { timeoutMs, clientId });
  const calls = Array.from({ length: quarter }, () => call('greedy'));
  await expect(call('greedy')).rejects.toMatchObject({ kind: 'overloaded' });
  const others = Array.from({ length: 9 }, (_, i) => call(`other${i}`));
  receive({ jsonrpc: '2.0', id: 1, result: {} });
  await calls[0];
  calls.push(call('greedy'));
  expect(router.inFlight).toBe(quarter + 9);
  router.end(new UpstreamError('stopped', 'over'));
  const ended = await Promise.allSettled([...calls, ...others]);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('progress for a token written as 1.0 finds its request too', async () => {
  const { router, receive } = routerWith();
  const told: unknown[] = [];
  const progress = { callerToken: 'mine', onProgress: (params: unknown) => void told.push(params) };
  const call = router.request('tools/call', {}, { timeoutMs, progress });
  receive(
    '{"method":"notifications/progress","params":{"progressToken":1.0,"progress":12345678901234567890}}',
  );
  receive({ id: 1, result: {} });
  await call;
  expect(JSON.stringify(told)).toBe('[{"progressToken":"mine","progress":12345678901234567890}]');
});

test('ids and progress tokens that come back as strings find their request', async () => {
  const { router, seen, receive } = routerWith();
  const told: unknown[] = [];
  const progress = { callerToken: 'mine', onProgress: (params: unknown) => void told.push(params) };
  const calls = [router.request('a', {}, { timeoutMs, progress }), router.request('b', {}, { timeoutMs })];
  receive({ method: 'notifications/progress', params: { progressToken: '1', progress: 1 } });
  for (const id of ['01', ' 1', '1.0', '1e0', '3', '']) receive({ id, result: 'stray' });
  receive({ id: '2', error: { code: -32042, message: 'm' } });
  receive({ id: '1', result: {} });
  expect(await Promise.all(calls)).toMatchObject([{ result: {} }, { error: { code: -32042 } }]);
  expect(told).toEqual([{ progressToken: 'mine', progress: 1 }]);
  expect(seen.anomalies).toEqual(['unknown_id']);
});

test.each([{ id: null }, {}])('an error with %j is the answer to the only request', async (noId) => {
  const { router, seen, receive } = routerWith();
  const call = router.request('tools/call', {}, { timeoutMs });
  receive({ jsonrpc: '2.0', ...noId, result: {} });
  receive({ level: 50, ...noId, error: { code: 'ENOENT', message: 'a line of a log' } });
  receive({ jsonrpc: '2.0', ...noId, error: 'nothing' });
  expect(router.inFlight).toBe(1);
  receive({ jsonrpc: '2.0', ...noId, error: { code: -32600, message: 'bad params' } });
  expect(await call).toMatchObject({ error: { code: -32600, message: 'bad params' } });
  expect(seen.anomalies).toContain('id' in noId ? 'unknown_id' : 'garbage');
});

test('an error without an id among several requests is about the one it came with, or about none', async () => {
  const { router, seen, receive } = routerWith();
  const calls = [1, 2].map(() => router.request('x', undefined, { timeoutMs }));
  receive({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'whose?' } });
  expect(router.inFlight).toBe(2);
  expect(seen.anomalies).toEqual(['unknown_id']);
  const text = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'yours' } });
  void router.receive(text, text.length, 2);
  receive({ id: 1, result: {} });
  expect(await Promise.all(calls)).toMatchObject([{ result: {} }, { error: { message: 'yours' } }]);
});

test('an error without an id that may be about a request given up ends no other one', async () => {
  const { router, receive } = routerWith();
  const abort = new AbortController();
  const given = router.request('x', undefined, { timeoutMs, signal: abort.signal });
  abort.abort();
  await expect(given).rejects.toMatchObject({ kind: 'cancelled' });
  const call = router.request('x', undefined, { timeoutMs });
  receive({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'the first one' } });
  receive({ id: 2, result: {} });
  expect(await call).toMatchObject({ result: {} });
});

test('whatever the order of answers and the noise between them, each finds its request', async () => {
  const scenario = fc
    .integer({ min: 1, max: 30 })
    .chain((count) =>
      fc.tuple(
        fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count }),
        fc.array(fc.oneof(fc.integer(), fc.string(), fc.constant(null)), { maxLength: 10 }),
      ),
    );
  await fc.assert(
    fc.asyncProperty(scenario, async ([order, strayIds]) => {
      const { router, sent, receive } = routerWith();
      const calls = order.map((_, n) => router.request('tools/call', { n }, { timeoutMs }));
      for (const id of strayIds) {
        if (!sent.some((request) => String(request.id) === String(id)))
          receive({ jsonrpc: '2.0', id, result: 'stray' });
      }
      for (const index of order) {
        const { id, params } = sent[index]!;
        receive({ jsonrpc: '2.0', id, result: params });
        receive({ jsonrpc: '2.0', id, result: 'again' });
      }
      const answers = await Promise.all(calls);
      expect(answers.map((answer) => 'result' in answer && answer.result)).toEqual(
        order.map((_, n) => ({ n })),
      );
      expect(router.inFlight).toBe(0);
    }),
  );
});

test('any line at all may come: nothing throws, nothing settles, and what waits can still be answered', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 50 }), (texts) => {
      const { router, receive } = routerWith();
      router.request('tools/list', undefined, { timeoutMs }).catch(() => undefined);
      for (const text of texts) receive(text);
      expect(router.inFlight).toBe(1);
      router.end(new UpstreamError('stopped', 'over'));
    }),
  );
});

test('what the server answered is passed on digit by digit, unknown members too', async () => {
  const { router, receive } = routerWith();
  const call = router.request('tools/call', {}, { timeoutMs });
  receive('{"jsonrpc":"2.0","id":1,"extra":1,"result":{"n":12345678901234567890,"__proto__":{"a":1}}}');
  expect(JSON.stringify(await call)).toBe(
    '{"result":{"n":12345678901234567890,"__proto__":{"a":1}},"bytes":90}',
  );
});

test('an error is an answer, not a failure; a malformed one is put in order', async () => {
  const { router, receive } = routerWith();
  const calls = [1, 2, 3].map(() => router.request('x', undefined, { timeoutMs }));
  receive({ id: 1, error: { code: -32042, message: 'm', data: { url: 'u' }, more: 1 } });
  receive({ id: 2, error: 'broken' });
  receive({ id: 3, error: null, result: { fine: true } });
  expect(await Promise.all(calls)).toMatchObject([
    { error: { code: -32042, message: 'm', data: { url: 'u' }, more: 1 } },
    { error: { code: -32603, data: 'broken' } },
    { result: { fine: true } },
  ]);
});

test('cancelling tells the server and drops the late answer in silence', async () => {
  const { router, sent, about, seen, receive } = routerWith();
  const abort = new AbortController();
  const call = router.request('tools/call', {}, { timeoutMs, signal: abort.signal });
  abort.abort();
  await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  expect(sent[1]).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 1 } });
  expect(about).toEqual([{ request: 1 }, { cancels: 1 }]);
  receive({ id: 1, result: {} });
  expect(seen.anomalies).toEqual([]);
  const late = router.request('tools/call', {}, { timeoutMs, signal: abort.signal });
  await expect(late).rejects.toMatchObject({ kind: 'cancelled' });
  expect(sent).toHaveLength(2);
});

test('initialize is never cancelled', async () => {
  const { router, sent } = routerWith();
  await expect(router.request('initialize', {}, { timeoutMs: 1 })).rejects.toMatchObject({ kind: 'timeout' });
  expect(sent.map(({ method }) => method)).toEqual(['initialize']);
});

test('a message that could not be sent fails its request alone', async () => {
  const failure = new UpstreamError('http_status', 'rejected');
  const { router, receive } = routerWith((text) =>
    text.includes('"bad"') ? Promise.reject(failure) : Promise.resolve(),
  );
  const good = router.request('good', undefined, { timeoutMs });
  await expect(router.request('bad', undefined, { timeoutMs })).rejects.toBe(failure);
  receive({ id: 1, result: 1 });
  expect(await good).toMatchObject({ result: 1 });
});

test('skips long logs; bytes without a message make the server unusable, a message starts the count again', () => {
  const { seen, receive } = routerWith();
  const half = 'x'.repeat(limits.withoutMessage / 2);
  for (let line = 0; line < 5_000; line++) receive('DEBUG step');
  receive(half);
  expect(seen.unusable).toEqual([]);
  receive({ method: 'notifications/message', params: { data: 1 } });
  receive(half);
  receive(half);
  expect(seen.unusable).toEqual([]);
  receive('[1]');
  expect(seen.unusable).toEqual(['protocol']);
  expect(seen.notifications).toEqual([['notifications/message', { data: 1 }]]);
});

test('an oversized answer fails the request it names and no other', async () => {
  const { router, seen } = routerWith();
  const first = router.request('a', undefined, { timeoutMs });
  const second = router.request('b', undefined, { timeoutMs });
  router.receiveOversized({ head: '{"id":2,"result":"', tail: '"}', bytes: 20_000_000 });
  await expect(second).rejects.toMatchObject({ kind: 'too_large' });
  router.receiveOversized({ head: '{"result":"', tail: '"}', bytes: 20_000_000 });
  expect(seen.unusable).toEqual([]);
  router.receiveOversized({ head: '{"result":"', tail: '"}', bytes: 50_000_000 });
  expect(seen.unusable).toEqual(['protocol']);
  router.end(new UpstreamError('stopped', 'over'));
  await expect(first).rejects.toMatchObject({ kind: 'stopped' });
});

test('nothing is sent once it has ended', async () => {
  const { router, sent } = routerWith();
  router.end(new UpstreamError('exited', 'gone'));
  router.notify('notifications/initialized');
  await expect(router.request('x', undefined, { timeoutMs })).rejects.toThrow('gone');
  expect(sent).toEqual([]);
});

test('the progress of a call goes on when it was answered with a task, and ends with any other answer', async () => {
  const { router, receive } = routerWith();
  const heard: unknown[] = [];
  const progress = {
    callerToken: 'mine',
    onProgress: (params: Record<string, unknown>, answered: boolean) =>
      void heard.push([params['progressToken'], params['progress'], answered]),
  };
  const tell = (progressToken: number, value: number): void =>
    receive({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: value } });
  const task = router.request('tools/call', { task: {} }, { timeoutMs, progress });
  const ordinary = router.request('tools/call', {}, { timeoutMs, progress });
  tell(1, 1);
  receive({ jsonrpc: '2.0', id: 1, result: { task: { taskId: 't' } } });
  receive({ jsonrpc: '2.0', id: 2, result: {} });
  await Promise.all([task, ordinary]);
  tell(1, 2);
  tell(2, 3);
  expect(heard).toEqual([
    ['mine', 1, false],
    ['mine', 2, true],
  ]);
});

test('the answer of the newest call does not end a question that another call of the client may have asked', async () => {
  const { router, sent, receive } = routerWith();
  let answer: (given: { readonly result: unknown }) => void = () => undefined;
  const conversation = {
    capabilities: { roots: {} },
    takesInputRequired: false,
    logLevel: undefined,
    notify: () => undefined,
    ask: () => new Promise<{ readonly result: unknown }>((resolve) => (answer = resolve)),
  };
  const older = router.request('tools/call', {}, { timeoutMs, conversation });
  const newer = router.request('tools/call', {}, { timeoutMs, conversation });
  receive({ jsonrpc: '2.0', id: 'q', method: 'roots/list' });
  receive({ jsonrpc: '2.0', id: 2, result: 'newer' });
  expect(await newer).toMatchObject({ result: 'newer' });
  answer({ result: 'roots' });
  await vi.waitFor(() => expect(sent.at(-1)).toEqual({ jsonrpc: '2.0', id: 'q', result: 'roots' }));
  receive({ jsonrpc: '2.0', id: 1, result: 'older' });
  expect(await older).toMatchObject({ result: 'older' });
});

test('a large message is read in slices, and what follows it waits for its turn', async () => {
  const { router, seen } = routerWith();
  const numbers = Array.from({ length: limits.readWithoutPause }, (_, at) => at);
  const large = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/large', params: { numbers } });
  const small = '{"jsonrpc":"2.0","method":"notifications/small"}';
  const turns: number[] = [];
  const counting = setInterval(() => turns.push(0), 0);
  void router.receive(large, large.length);
  const read = router.receive(small, small.length);
  expect(seen.notifications).toEqual([]);
  await read;
  clearInterval(counting);
  expect(turns.length).toBeGreaterThan(0);
  expect(seen.notifications).toEqual([
    ['notifications/large', { numbers }],
    ['notifications/small', undefined],
  ]);
  expect(router.reading).toBeUndefined();
});

test('a large message that is not JSON is garbage, and what follows it is read', async () => {
  const { router, seen } = routerWith();
  const large = '[' + '1,'.repeat(limits.readWithoutPause);
  void router.receive(large, large.length);
  await router.receive('{"jsonrpc":"2.0","method":"notifications/small"}', 1);
  expect(seen.anomalies).toEqual(['garbage']);
  expect(seen.notifications).toEqual([['notifications/small', undefined]]);
});

test('a large message is not read any further for a channel that has ended', async () => {
  const { router, seen } = routerWith();
  const large = JSON.stringify({
    method: 'notifications/large',
    params: { text: 'x'.repeat(limits.readWithoutPause) },
  });
  const read = router.receive(large, large.length);
  router.end(new UpstreamError('exited', 'It has ended.'));
  await read;
  expect(seen.notifications).toEqual([]);
});
