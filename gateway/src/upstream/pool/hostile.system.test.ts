import { expect, test, vi } from 'vitest';
import { limits } from '../limits.ts';
import { callTool, hostile, owner, testPool, textOf } from '../testing/pool.ts';

// Real processes, on machines that may be busy.
vi.setConfig({ testTimeout: 30_000 });

test('times out a hanging call, which delays no other call on the same or another server', async () => {
  const { pool, events } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  const hanging = callTool(instance, 'hang', {}, 1_500);
  hanging.catch(() => undefined);
  expect(textOf(await callTool(instance, 'echo', { a: 1 }))).toBe('{"a":1}');
  const other = await pool.acquire(hostile([], { id: 'other' }), owner);
  expect(textOf(await callTool(other, 'echo', {}))).toBe('{}');
  await expect(hanging).rejects.toMatchObject({
    kind: 'timeout',
    message: 'Server "hostile" did not answer tools/call within 1.5 s.',
  });
  expect(textOf(await callTool(instance, 'echo', {}))).toBe('{}');
  expect(events.filter(({ type }) => type !== 'start')).toEqual([]);
});

test('drops a late answer without reporting it', async () => {
  const { pool, events } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  await expect(callTool(instance, 'late', { ms: 2_000 }, 20)).rejects.toMatchObject({ kind: 'timeout' });
  await callTool(instance, 'late', { ms: 2_500 });
  expect(events.map(({ type }) => type)).toEqual(['start']);
});

test.each([false, true])(
  'rejects a 40 MB answer and keeps the server running (id last: %s)',
  async (idLast) => {
    const { pool, events } = testPool();
    const instance = await pool.acquire(hostile(), owner);
    await expect(callTool(instance, 'huge', { id_last: idLast })).rejects.toMatchObject({
      kind: 'too_large',
      message: expect.stringContaining('lmcp.max_result_mib allows 33554432 (32 MiB)') as string,
    });
    expect(textOf(await callTool(instance, 'echo', {}))).toBe('{}');
    expect(events).toContainEqual(expect.objectContaining({ type: 'anomaly', what: 'oversized', count: 1 }));
  },
);

test('accepts an answer just below the limit', async () => {
  const { pool } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  const answer = await callTool(instance, 'huge', { bytes: limits.message - 1_000 });
  expect(textOf(answer)).toHaveLength(limits.message - 1_000);
});

test('drops garbage below the limit, and reports it once with its count', async () => {
  const { pool, events } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  expect(textOf(await callTool(instance, 'garbage', { lines: 900 }))).toBe('after garbage');
  expect(events.filter(({ type }) => type === 'anomaly')).toEqual([
    { type: 'anomaly', what: 'garbage', count: 1, serverId: 'hostile', owner },
  ]);
});

test.each(['flood_stdout', 'flood_line'])('%s ends the server with an error message', async (flood) => {
  const { pool, events } = testPool();
  const server = hostile();
  const instance = await pool.acquire(server, owner);
  await expect(callTool(instance, flood)).rejects.toMatchObject({ kind: 'protocol' });
  await expect(callTool(instance, 'echo')).rejects.toMatchObject({ kind: 'protocol' });
  await expect.poll(() => pool.health(server.id).state).toBe('idle');
  await expect
    .poll(() => events.find(({ type }) => type === 'exit'), { timeout: 8_000 })
    .toMatchObject({ expected: false });
  expect(pool.health(server.id).lastError).toContain('Server "hostile"');
});

test('keeps the end of a flood on stderr, which does not affect calls', async () => {
  const { pool } = testPool();
  const server = hostile();
  const instance = await pool.acquire(server, owner);
  expect(textOf(await callTool(instance, 'flood_stderr'))).toBe('after stderr');
  // The line before it is incomplete, and therefore omitted.
  await expect.poll(() => pool.health(server.id).stderrTail).toBe('the end of stderr\n');
});

test('drops and reports second answers and answers to unknown ids', async () => {
  const { pool, events } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  expect(textOf(await callTool(instance, 'duplicate'))).toBe('first');
  expect(textOf(await callTool(instance, 'foreign'))).toBe('yours');
  const reported = events.flatMap((event) => (event.type === 'anomaly' ? [event.what] : []));
  expect(reported).toEqual(['duplicate_answer', 'unknown_id']);
});

test.each([
  ['exit', 'Server "hostile" exited with code 7 before it answered.'],
  ['kill', 'Server "hostile" was ended by signal SIGKILL before it answered.'],
  ['half', 'Server "hostile" exited with code 0 before it answered.'],
])('%s mid-call fails all that wait', async (how, message) => {
  const { pool, events } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  const waiting = callTool(instance, 'hang');
  const failing = callTool(instance, how);
  await expect(failing).rejects.toMatchObject({ kind: 'exited', message });
  await expect(waiting).rejects.toMatchObject({ kind: 'exited', message });
  expect(events.find(({ type }) => type === 'exit')).toMatchObject({ expected: false });
});

test('assembles an answer that arrives in single bytes', async () => {
  const { pool } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  expect(textOf(await callTool(instance, 'split'))).toBe('é€😀'.repeat(5));
});

test('reads an answer within a batch', async () => {
  const { pool } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  expect(textOf(await callTool(instance, 'batch'))).toBe('batched');
});

test('answers pings of a server and declines its other requests', async () => {
  const { pool } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  expect(textOf(await callTool(instance, 'ask', { method: 'ping' }))).toBe('{"result":{}}');
  expect(textOf(await callTool(instance, 'ask', { method: 'roots/list' }))).toContain('-32601');
});

test('sends progress only to its call, under the caller’s own token', async () => {
  const { pool, notifications } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  const heard: unknown[] = [];
  const params = { name: 'progress', _meta: { progressToken: 'mine', kept: true } };
  const progress = { callerToken: 'mine', onProgress: (given: unknown) => void heard.push(given) };
  await instance.request('tools/call', params, { timeoutMs: 5_000, progress });
  expect(heard).toEqual([{ progressToken: 'mine', progress: 1 }]);
  await instance.request('tools/call', params, { timeoutMs: 5_000 });
  expect(heard).toHaveLength(1);
  expect(notifications).toEqual([]);
});

test('queues messages for a server that does not read up to a limit, then rejects', async () => {
  const { pool } = testPool();
  const server = hostile(['--slow-reader']);
  const instance = await pool.acquire(server, owner);
  const blob = 'x'.repeat(1_000_000);
  const calls = Array.from({ length: 90 }, () => callTool(instance, 'hang', { blob }, 1_000));
  const outcomes = await Promise.allSettled(calls);
  const kinds = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as { kind: string }).kind : 'answered',
  );
  expect(kinds.filter((kind) => kind === 'overloaded').length).toBeGreaterThanOrEqual(20);
  expect(kinds.filter((kind) => kind === 'timeout').length).toBeGreaterThanOrEqual(60);
});

const shortInitialize = {
  initializeS: 0.5,
  toolsListS: 1,
  toolsCallS: 1,
  toolsCallMaxS: 1,
  retryOnTimeout: 0,
  retryBackoffS: 0,
};

test('ends a server that never reads after the time limit of initialize', async () => {
  const { pool, events } = testPool();
  const server = hostile(['--never-read'], { timeouts: shortInitialize });
  await expect(pool.acquire(server, owner)).rejects.toMatchObject({
    kind: 'timeout',
    message: 'Server "hostile" did not answer initialize within 0.5 s.',
  });
  expect(events.map(({ type }) => type)).toEqual(['start', 'exit', 'error']);
});

test('retries a timed-out initialize with a new process, as often as the registry says', async () => {
  const { pool, events } = testPool();
  const server = hostile(['--never-initialize'], { timeouts: { ...shortInitialize, retryOnTimeout: 1 } });
  await expect(pool.acquire(server, owner)).rejects.toMatchObject({ kind: 'timeout' });
  expect(events.map(({ type }) => type)).toEqual(['start', 'exit', 'start', 'exit', 'error']);
});

test('rejects calls beyond the limit of an instance immediately', async () => {
  const { pool } = testPool();
  const instance = await pool.acquire(hostile(), owner);
  const calls = Array.from({ length: limits.inFlightRequests + 1 }, () => callTool(instance, 'hang'));
  const settled = Promise.allSettled(calls);
  await expect(calls.at(-1)).rejects.toMatchObject({ kind: 'overloaded' });
  pool.release(owner);
  const kinds = (await settled).map(
    (outcome) => outcome.status === 'rejected' && (outcome.reason as { kind: string }).kind,
  );
  expect(kinds.filter((kind) => kind === 'stopped')).toHaveLength(limits.inFlightRequests);
});
