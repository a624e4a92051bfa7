import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import { silentLogger } from '../../logger.ts';
import { callTool, owner, textOf } from '../testing/pool.ts';
import { processServer } from '../testing/servers.ts';
import type { ChannelEvents, LifecycleEvent, OpenChannel } from '../types.ts';
import { createPool } from './pool.ts';

interface Sent {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly name?: string };
}

/** Servers that a test ends as it likes; each answers with its number, from 1, but for the tool `hang`. */
function poolOfServers() {
  const servers: { readonly events: ChannelEvents; readonly calls: string[] }[] = [];
  const open: OpenChannel = (_server, events) => {
    const calls: string[] = [];
    const number = servers.push({ events, calls });
    const send = (text: string): Promise<void> => {
      const { id, method, params } = JSON.parse(text) as Sent;
      if (method === 'tools/call') calls.push(params?.name ?? '');
      if (id === undefined || params?.name === 'hang') return Promise.resolve();
      const initialized = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: {} };
      const result =
        method === 'initialize' ? initialized : { content: [{ type: 'text', text: String(number) }] };
      const answer =
        method === 'server/discover' ? { error: { code: -32601, message: 'no such method' } } : { result };
      queueMicrotask(() => void events.message(JSON.stringify({ jsonrpc: '2.0', id, ...answer }), 100));
      return Promise.resolve();
    };
    return Promise.resolve({ send, stderrTail: () => '', close: () => Promise.resolve() });
  };
  const events: LifecycleEvent[] = [];
  const pool = createPool({
    openers: { process: open },
    clock: systemClock,
    logger: silentLogger,
    hooks: { lifecycle: (event) => Promise.resolve(void events.push(event)) },
  });
  onTestFinished(() => pool.close(0));
  return { pool, servers, events };
}

const server = processServer({});
const killed = new UpstreamError('exited', 'Server "tested" ended with exit code 137.');

test('a call that comes while the cause of an end is being found out goes to another instance', async () => {
  const { pool, servers, events } = poolOfServers();
  const first = await pool.acquire(server, owner);
  const underWay = callTool(first, 'hang').catch((error: unknown) => error);
  servers[0]?.events.ending?.();
  await Promise.resolve();
  expect(pool.health('tested')).toMatchObject({ state: 'idle', instances: 0 });

  const second = await pool.acquire(server, owner);
  expect(textOf(await callTool(second, 'any'))).toBe('2');
  expect(pool.health('tested')).toMatchObject({ state: 'ready', restarts: 1 });
  expect(events.filter(({ type }) => type === 'exit')).toEqual([]);

  servers[0]?.events.end({ expected: false, code: 137, signal: null, error: killed });
  expect(await underWay).toBe(killed);
  // What it was sent is sent to nobody else; what failed is logged, and is not what is the matter now.
  expect(servers.map(({ calls }) => calls)).toEqual([['hang'], ['any']]);
  expect(events.filter(({ type }) => type === 'error')).toMatchObject([{ error: killed }]);
  expect(pool.health('tested')).toMatchObject({ state: 'ready', restarts: 1, lastError: null });
});

test('the cause is the server’s last error where no other instance was started', async () => {
  const { pool, servers } = poolOfServers();
  await pool.acquire(server, owner);
  servers[0]?.events.ending?.();
  servers[0]?.events.end({ expected: false, code: 137, signal: null, error: killed });
  await expect.poll(() => pool.health('tested').lastError).toBe(killed.message);
  await pool.acquire(server, owner);
  expect(pool.health('tested')).toMatchObject({ restarts: 1, lastError: null });
});

test('the pool closes only once an instance that ends has ended', async () => {
  const { pool, servers } = poolOfServers();
  await pool.acquire(server, owner);
  servers[0]?.events.ending?.();
  await Promise.resolve();
  let closed = false;
  const closing = pool.close(0).then(() => (closed = true));
  await new Promise(setImmediate);
  expect(closed).toBe(false);
  servers[0]?.events.end({ expected: false, code: 0, signal: null });
  await closing;
});
