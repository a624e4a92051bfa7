import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Server } from '../../registry/types.ts';
import { callTool, hostile, owner, plain, testPool, textOf } from '../testing/pool.ts';
import { processServer } from '../testing/servers.ts';

// Real processes, on machines that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const other = { clientId: 'other', sessionId: null };
const registry = (...servers: Server[]): ReadonlyMap<string, Server> =>
  new Map(servers.map((server) => [server.id, server]));

test('shares one start among concurrent callers, and nothing among clients', async () => {
  const { pool, events } = testPool();
  const server = plain();
  const [first, second, third] = await Promise.all([
    pool.acquire(server, owner),
    pool.acquire(server, { ...owner, sessionId: 'a' }),
    pool.acquire(server, other),
  ]);
  expect(second).toBe(first);
  expect(textOf(await callTool(third, 'pid'))).not.toBe(textOf(await callTool(first, 'pid')));
  expect(events.filter(({ type }) => type === 'start')).toHaveLength(2);
  expect(pool.health('plain')).toMatchObject({ state: 'ready', instances: 2, restarts: 0, lastError: null });
  expect(first.initializeResult).toMatchObject({
    serverInfo: { name: 'plain' },
    protocolVersion: '2025-11-25',
  });
});

test.each([
  ['session', 2],
  ['shared', 1],
] as const)('scope %s: two sessions of two clients', async (scope, instancesOfOne) => {
  const { pool } = testPool();
  const server = plain({ scope });
  const first = await pool.acquire(server, { clientId: 'a', sessionId: '1' });
  const second = await pool.acquire(server, { clientId: 'a', sessionId: '2' });
  expect(new Set([first, second]).size).toBe(instancesOfOne);
  const foreign = await pool.acquire(server, { clientId: 'b', sessionId: '1' });
  expect(foreign === first).toBe(scope === 'shared');
  pool.release({ clientId: 'a', sessionId: '1' });
  expect(pool.health('plain').instances).toBe(scope === 'shared' ? 1 : 2);
  pool.release({ clientId: 'a', sessionId: null });
  expect(pool.health('plain').instances).toBe(1);
});

test('passes the declared environment variables, and none of the gateway', async () => {
  process.env['LMCP_TEST_SECRET'] = 'leak';
  const { pool } = testPool();
  const instance = await pool.acquire(plain({ env: new Map([['DECLARED', 'x']]) }), owner);
  const names = textOf(await callTool(instance, 'env'))?.split(' ') ?? [];
  expect(names).toContain('DECLARED');
  const inherited = ['HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER'];
  const allowed = ['DECLARED', 'LMCP_INSTANCE', ...inherited];
  expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
});

test('passes answers on unchanged, and list_changed as a notification', async () => {
  const { pool, notifications } = testPool();
  const instance = await pool.acquire(plain(), owner);
  const answer = await callTool(instance, 'exotic');
  const result = JSON.stringify('result' in answer && answer.result);
  const source = readFileSync(new URL('../../../../e2e/fixtures/plain-server.ts', import.meta.url), 'utf8');
  const [, first = '', second = ''] = /const exotic =\s*'(.*)' \+\s*'(.*)';/.exec(source) ?? [];
  expect(result).toBe(first + second);
  await callTool(instance, 'add_tool');
  expect(notifications).toMatchObject([{ serverId: 'plain', method: 'notifications/tools/list_changed' }]);
});

test.each(['newline', 'content-length'] as const)(
  '%s framing: 10,000 concurrent calls, and 5 MB each way',
  async (stdioMode) => {
    const { pool } = testPool();
    const server = plain({ stdioMode, args: stdioMode === 'content-length' ? ['--content-length'] : [] });
    const instance = await pool.acquire(server, owner);
    const numbers = Array.from({ length: 10_000 }, (_, n) => n);
    const answers = await Promise.all(numbers.map((n) => callTool(instance, 'echo', { n })));
    expect(answers.map(textOf)).toEqual(numbers.map((n) => `{"n":${n}}`));
    const blob = 'é'.repeat(2_500_000);
    const answer = await callTool(instance, 'echo', { blob });
    expect('result' in answer && answer.result).toMatchObject({ structuredContent: { blob } });
  },
);

test('names a missing command to the operator only, not to the client', async () => {
  const { pool, events } = testPool();
  const server = processServer({ command: '/no/such/command' });
  for (const _attempt of [1, 2]) {
    const error = await pool.acquire(server, owner).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      kind: 'command_not_found',
      operatorDetail: expect.stringContaining('ENOENT') as string,
    });
    expect((error as Error).message).toBe(
      'Server "tested" could not be started: its command was not found. Install it, or correct servers.tested.command in the registry.',
    );
  }
  expect(pool.health('tested').state).toBe('failed');
  expect(events.map(({ type }) => type)).toEqual(['start', 'error']);
});

test.each([
  [{ command: '/etc/passwd' }, 'command_not_found', 'may not be executed'],
  [{ cwd: '/no/such/folder' }, 'start_failed', 'working folder does not exist'],
])('a start that the system rejects: %j', async (changes, kind, message) => {
  const { pool } = testPool();
  await expect(pool.acquire(processServer(changes), owner)).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(message) as string,
  });
});

test('starts nothing if the start hook throws: the caller gets the error, and it is not a failed start', async () => {
  const unwritable = new Error('no audit');
  let reject = true;
  const { pool } = testPool(() => {
    if (reject) throw unwritable;
  });
  await expect(pool.acquire(plain(), owner)).rejects.toBe(unwritable);
  expect(pool.health('plain')).toMatchObject({ state: 'idle', instances: 0 });
  reject = false;
  await pool.acquire(plain(), owner);
});

test('backs off longer after each crash of a loop, and rejects callers immediately', async () => {
  const { pool, events } = testPool();
  const server = hostile(['--crash']);
  await expect(pool.acquire(server, owner)).rejects.toMatchObject({
    kind: 'exited',
    message: 'Server "hostile" exited with code 3 before it answered.',
  });
  // The first failure is reported as itself; nothing is started for it.
  await expect(pool.acquire(server, owner)).rejects.toMatchObject({ kind: 'exited' });
  expect(events.filter(({ type }) => type === 'start')).toHaveLength(1);
  await expect
    .poll(
      async () => {
        await pool.acquire(server, owner).catch(() => undefined);
        return events.filter(({ type }) => type === 'start').length;
      },
      { timeout: 5_000 },
    )
    .toBe(2);
  await expect(pool.acquire(server, owner)).rejects.toThrow(
    /failed to start 2 times in a row and is started again in (1\.0|0\.\d) s/,
  );
  expect(pool.health('hostile')).toMatchObject({ state: 'backoff', instances: 0 });
  expect(events.map(({ type }) => type).filter((type) => type === 'error')).toHaveLength(2);
  // The first start follows no failure.
  expect(pool.health('hostile').restarts).toBe(1);
});

test('a server that was not started has no time of its state', async () => {
  const { pool } = testPool();
  expect(pool.health('plain')).toMatchObject({ state: 'idle', since: null });
  const before = Date.now();
  await pool.acquire(plain(), owner);
  expect(pool.health('plain').since).toBeGreaterThanOrEqual(before);
});

test('does not count a crash in a call as a failed start: each next call starts the server again', async () => {
  const { pool, events } = testPool();
  const server = hostile();
  for (let round = 1; round <= 5; round++) {
    const instance = await pool.acquire(server, owner);
    expect(pool.health('hostile')).toMatchObject({ state: 'ready', restarts: round - 1 });
    await expect(callTool(instance, 'exit')).rejects.toMatchObject({ kind: 'exited' });
    expect(pool.health('hostile')).toMatchObject({
      state: 'idle',
      lastError: expect.stringContaining('code 7') as string,
    });
  }
  expect(events.filter(({ type }) => type === 'error')).toHaveLength(5);
});

test('resets the back-off after a successful start', async () => {
  const { pool } = testPool();
  const flag = join(mkdtempSync(join(tmpdir(), 'lmcp-flag-')), 'crash');
  const server = hostile([`--crash-while=${flag}`]);
  const crash = (): Promise<unknown> => {
    writeFileSync(flag, '');
    return pool.acquire(server, owner).catch((error: unknown) => error);
  };
  await crash();
  await expect.poll(async () => String(await crash())).toContain('failed to start 2 times in a row');
  rmSync(flag);
  const instance = await vi.waitFor(() => pool.acquire(server, owner), { timeout: 10_000 });
  await callTool(instance, 'exit').catch(() => undefined);
  expect(await crash()).toMatchObject({ kind: 'exited' });
  expect(await crash()).toMatchObject({ kind: 'exited' });
});

test('rejects an unknown revision', async () => {
  const { pool } = testPool();
  for (const flag of ['--old', '--no-revision', '--long-introduction']) {
    await expect(pool.acquire(hostile([flag]), owner)).rejects.toMatchObject({ kind: 'protocol' });
  }
});

test('stops an idle instance, but not one with calls in flight', async () => {
  const { pool, events } = testPool();
  const server = plain({ idleStopS: 0.2 });
  const instance = await pool.acquire(server, owner);
  expect(textOf(await callTool(instance, 'slow', { ms: 500 }))).toBe('done');
  await expect.poll(() => pool.health('plain').state, { timeout: 5_000 }).toBe('idle');
  await expect
    .poll(() => events.at(-1), { timeout: 5_000 })
    .toMatchObject({ type: 'exit', expected: true, code: 0 });
  expect(await pool.acquire(server, owner)).not.toBe(instance);
  expect(pool.health('plain').restarts).toBe(0);
});

test('reconcile keeps unchanged servers, drains and replaces changed ones, and ends removed ones', async () => {
  const { pool } = testPool();
  const kept = plain({ id: 'kept' });
  const changed = plain({ id: 'changed' });
  const removed = plain({ id: 'removed' });
  const [keptInstance, changedInstance, removedInstance] = await Promise.all(
    [kept, changed, removed].map((server) => pool.acquire(server, owner)),
  );
  const running = callTool(changedInstance!, 'slow', { ms: 400 });
  const changedNow = plain({ id: 'changed', env: new Map([['NEW', '1']]) });
  const keptNow = plain({ id: 'kept', pinTools: true });
  pool.reconcile(registry(keptNow, changedNow));

  expect(await pool.acquire(kept, owner)).toBe(keptInstance);
  await expect(callTool(changedInstance!, 'echo')).rejects.toMatchObject({ kind: 'stopped' });
  const replacement = await pool.acquire(changedNow, owner);
  expect(textOf(await callTool(replacement, 'env'))).toContain('NEW');
  expect(textOf(await running)).toBe('done');
  await expect(pool.acquire(removed, owner)).rejects.toMatchObject({ kind: 'stopped' });
  await expect(callTool(removedInstance!, 'echo')).rejects.toMatchObject({ kind: 'stopped' });
});

test('close drains calls in flight, then rejects all calls', async () => {
  const { pool, events } = testPool();
  const instance = await pool.acquire(plain(), owner);
  const running = callTool(instance, 'slow', { ms: 300 });
  const hanging = await pool.acquire(hostile(), owner);
  const hung = callTool(hanging, 'hang');
  hung.catch(() => undefined);
  await pool.close(4_000);
  expect(textOf(await running)).toBe('done');
  await expect(hung).rejects.toMatchObject({ kind: 'stopped' });
  await expect(pool.acquire(plain(), owner)).rejects.toMatchObject({ kind: 'stopped' });
  expect(events.filter(({ type }) => type === 'exit')).toHaveLength(2);
});

test('limits a client to a quarter of a server’s instances, and stops only its own least recently used one', async () => {
  const { pool, events } = testPool();
  // A server that costs nothing: the shell answers initialize and waits.
  const script = `while read -r line; do
    id=\${line#*'"id":'}; id=\${id%%,*}
    case "$line" in
      *'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-11-25"}}';;
      *'"server/discover"'*) echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"no"}}';;
    esac
  done`;
  const server = processServer({ command: '/bin/sh', args: ['-c', script] });
  const other = { clientId: 'other', sessionId: null };
  await pool.acquire(server, other);
  const sessions = Array.from({ length: 17 }, (_, n) => ({ clientId: 'greedy', sessionId: `s${n}` }));
  const perSession = { ...server, scope: 'session' } as const;
  for (const session of sessions) await pool.acquire(perSession, session);
  expect(pool.health('tested').instances).toBe(1 + 16);
  await expect
    .poll(() => events.filter(({ type }) => type === 'exit'))
    .toMatchObject([{ owner: sessions[0], expected: true }]);
  expect(pool.running(['tested'], other)).toHaveLength(1);
});

test('rejects a client whose instances are all in use', async () => {
  const { pool } = testPool();
  const server = plain({ scope: 'session' });
  const session = (n: number) => ({ clientId: 'greedy', sessionId: `s${n}` });
  const calls = [];
  for (let n = 0; n < 16; n++)
    calls.push(callTool(await pool.acquire(server, session(n)), 'slow', { ms: 60_000 }));
  const settled = Promise.allSettled(calls);
  await expect(pool.acquire(server, session(16))).rejects.toMatchObject({ kind: 'overloaded' });
  await pool.acquire(server, { clientId: 'other', sessionId: 's' });
  pool.release({ clientId: 'greedy', sessionId: null });
  await settled;
});

test('stop drains calls in flight and reports who requested it; the next call starts another instance', async () => {
  const { pool, events } = testPool();
  const server = plain();
  const instance = await pool.acquire(server, owner);
  const running = callTool(instance, 'slow', { ms: 300 });
  await pool.stop('plain', 'management');
  expect(textOf(await running)).toBe('done');
  expect(pool.health('plain')).toMatchObject({ state: 'idle', instances: 0 });
  expect(events.findLast(({ type }) => type === 'exit')).toMatchObject({ expected: true, via: 'management' });
  expect(await pool.acquire(server, owner)).not.toBe(instance);
  await pool.stop('nonesuch', 'management');
});

test('resetBackoff lets a failed server start immediately and does not affect a running one', async () => {
  const { pool, events } = testPool();
  const crashing = hostile(['--crash']);
  const starts = () =>
    events.filter((event) => event.type === 'start' && event.serverId === 'hostile').length;
  await expect(pool.acquire(crashing, owner)).rejects.toMatchObject({ kind: 'exited' });
  await expect(pool.acquire(crashing, owner)).rejects.toMatchObject({ kind: 'exited' });
  expect(starts()).toBe(1);
  const running = await pool.acquire(plain(), owner);
  pool.resetBackoff('hostile');
  pool.resetBackoff('plain');
  await expect(pool.acquire(crashing, owner)).rejects.toMatchObject({ kind: 'exited' });
  expect(starts()).toBe(2);
  expect(await pool.acquire(plain(), owner)).toBe(running);
});

/** Exits with code 0 once it has answered a call. */
const endsAfterCall = `
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line);
    if (id === undefined) return;
    const result = method === 'initialize'
      ? { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'e', version: '1' } }
      : { content: [{ type: 'text', text: String(process.pid) }] };
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
    if (method === 'tools/call') setTimeout(() => process.exit(0), 50);
  });`;

test('reports a server that exits without a pending call as idle, and starts it with the next call', async () => {
  const { pool, events } = testPool();
  const server = processServer({ id: 'ending', args: ['-e', endsAfterCall] });
  const pids = new Set<string | undefined>();
  for (let round = 1; round <= 3; round++) {
    pids.add(textOf(await callTool(await pool.acquire(server, owner), 'any')));
    await expect.poll(() => events.filter(({ type }) => type === 'exit')).toHaveLength(round);
    await expect.poll(() => pool.health('ending').state).toBe('idle');
  }
  expect(pids.size).toBe(3);
  expect(pool.health('ending')).toMatchObject({ restarts: 0, lastError: null });
  expect(events.filter(({ type }) => type === 'error')).toEqual([]);
});
