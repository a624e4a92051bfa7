import { expect, test, vi } from 'vitest';
import { Trail } from '../../audit/trail.ts';
import type { Audit, AuditEntry } from '../../audit/types.ts';
import type { Client, Registry } from '../../registry/types.ts';
import type { Arrival } from '../era/arrival.ts';
import type { EventStream, Exchange } from '../jsonrpc/exchange.ts';
import { Session } from '../session/session.ts';
import { McpEndpoint, type EndpointDependencies } from './endpoint.ts';

const client = {
  id: 'tester',
  allowServers: new Set(['files', 'idle']),
  rateLimitRpm: 1,
} as unknown as Client;
const identity = {
  clientId: client.id,
  tokenKey: 'k',
  only: null,
  revision: '2025-11-25',
  capabilities: { roots: { listChanged: true } },
};
const roots = { result: { roots: [{ uri: 'file:///a' }] } };

/** A session whose roots are known, before one running server; `over` says that the second bucket is empty. */
async function connected({ over = false, running = ['files'] } = {}) {
  const session = new Session(identity, 0);
  const known = session.roots(() => undefined);
  session.answered('lmcp-1', roots);
  await known;
  const sessions = { find: (id: string) => (id === session.id ? session : undefined), end: vi.fn() };
  const pool = {
    running: () => running.map((serverId) => ({ serverId, era: 'legacy' })),
    rootsChanged: vi.fn(),
  };
  const limitMessages = () => (over ? ({ ok: false, retryAfterS: 7 } as const) : ({ ok: true } as const));
  const deps = { sessions, pool, limitMessages } as unknown as EndpointDependencies;
  const logged: AuditEntry[] = [];
  const flushed = Promise.withResolvers<undefined>();
  const append = async (entries: readonly AuditEntry[]): Promise<void> => {
    logged.push(...entries);
    await flushed.promise;
  };
  const arrival = (sessionId: string | undefined = session.id): Arrival => {
    const trail = new Trail({ append } as Audit, null);
    trail.clientId = client.id;
    return {
      client,
      registry: {} as Registry,
      tokenKey: 'k',
      trail,
      only: null,
      sessionId,
      revision: undefined,
      mirrored: { method: undefined, name: undefined },
      paramHeaders: () => new Map(),
      lastEventId: undefined,
    };
  };
  const endpoint = new McpEndpoint(deps);
  const say = async (message: object): Promise<number | undefined> => {
    const exchange = new Answered();
    await endpoint.post(arrival(), { jsonrpc: '2.0', ...message }, exchange);
    return exchange.status;
  };
  /** How often the client is asked for its roots when a server wants them. */
  const asked = (): number => {
    let times = 0;
    void session.roots(() => times++);
    return times;
  };
  return {
    session,
    sessions,
    pool,
    endpoint,
    arrival,
    say,
    asked,
    logged,
    flush: () => flushed.resolve(undefined),
  };
}

class Answered implements Exchange {
  readonly acceptsEvents = true;
  status: number | undefined;
  json(status: number): void {
    this.status = status;
  }
  empty(status: number): void {
    this.status = status;
  }
  onGone(): void {}
  events(): EventStream {
    this.status = 200;
    const ignored = {
      send: () => true,
      offer: () => true,
      finish() {},
      prime() {},
      close() {},
      onClose() {},
    };
    return { open: true, ...ignored };
  }
}

const rootsChanged = { method: 'notifications/roots/list_changed' };
const cancelled = { method: 'notifications/cancelled', params: { requestId: 1 } };

test('logs changed roots before a server is told, and before known ones are discarded', async () => {
  const { say, asked, pool, logged, flush } = await connected();
  const said = say(rootsChanged);
  await expect.poll(() => logged.map(({ event }) => event)).toEqual(['client_notification']);
  expect(logged[0]).toMatchObject({
    client_id: 'tester',
    server_id: 'files',
    allowed: true,
    detail: { method: rootsChanged.method },
  });
  expect([pool.rootsChanged.mock.calls.length, asked()]).toEqual([0, 0]);
  flush();
  expect(await said).toBe(202);
  expect(pool.rootsChanged.mock.calls.map(([servers]: unknown[]) => servers)).toEqual([['files']]);
  expect(asked()).toBe(1);
});

test('discards known roots where no server is told, and logs nothing', async () => {
  const { say, asked, logged } = await connected({ running: [] });
  expect(await say(rootsChanged)).toBe(202);
  expect([logged, asked()]).toEqual([[], 1]);
});

test('over the limit changed roots are answered with 429, forwarded to no server, and change nothing', async () => {
  const { say, asked, pool, logged, flush } = await connected({ over: true });
  flush();
  expect(await say(rootsChanged)).toBe(429);
  expect(logged.map(({ event }) => event)).toEqual(['rate_limited']);
  expect([pool.rootsChanged.mock.calls.length, asked()]).toEqual([0, 0]);
});

test('logs the cancellation of a running call before it ends', async () => {
  const { session, say, logged, flush } = await connected();
  const call = session.begin(1, 'files');
  const said = say(cancelled);
  await expect.poll(() => logged.map(({ event }) => event)).toEqual(['client_notification']);
  expect(call.signal.aborted).toBe(false);
  flush();
  expect(await said).toBe(202);
  expect(call.signal.aborted).toBe(true);
});

test('the cancellation of a running call and the answer to a server take no token, others of their kind do', async () => {
  const { session, say, flush } = await connected({ over: true });
  flush();
  session.begin(1, 'files');
  const answer = session.ask(
    { method: 'sampling/createMessage', params: {} },
    new AbortController().signal,
    () => {},
  );
  expect(await say({ id: 'lmcp-2', ...roots })).toBe(202);
  expect(await answer).toEqual(roots);
  expect(await say(cancelled)).toBe(202);
  expect(await say({ method: 'notifications/initialized' })).toBe(202);
  expect(await say({ id: 'lmcp-2', ...roots })).toBe(429);
  expect(await say({ ...cancelled, params: { requestId: 2 } })).toBe(429);
});

test('GET and DELETE take a token each; over the limit they are answered with 429, the end of one’s own session is not', async () => {
  const { session, sessions, endpoint, arrival, flush } = await connected({ over: true });
  flush();
  const status = async (method: 'get' | 'delete', sessionId?: string): Promise<number | undefined> => {
    const exchange = new Answered();
    await endpoint[method](arrival(sessionId), exchange);
    return exchange.status;
  };
  expect(await status('get')).toBe(429);
  expect(await status('delete', 'another')).toBe(429);
  expect(sessions.end).not.toHaveBeenCalled();
  expect(await status('delete')).toBe(204);
  expect(sessions.end).toHaveBeenCalledWith(session);
});
