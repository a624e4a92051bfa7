import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UpstreamError } from '../errors.ts';
import type { Registry, Server } from '../registry/types.ts';
import { plain } from '../upstream/testing/servers.ts';
import type { Owner } from '../upstream/types.ts';
import { listReader } from './listReaders.ts';
import { ListRefresher } from './listRefresher.ts';

const hour = 60 * 60_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

interface Stubbed {
  readonly servers: readonly Server[];
  readonly refresh?: string;
  /** By server, the owners of its lists, and when they were read. */
  readonly readers?: Record<string, readonly (readonly [Owner, number])[]>;
  readonly fails?: string;
}

/** A refresher over the given remembered lists. */
function refresherOf({ servers, refresh = 'daily', readers = {}, fails }: Stubbed) {
  const read: string[] = [];
  const warnings: string[] = [];
  const state = { busy: false, atOnce: 0 };
  const refresher = new ListRefresher({
    catalog: {
      refresh: async ({ id }, owners) => {
        expect(++state.atOnce).toBe(1);
        await Promise.resolve();
        state.atOnce--;
        read.push(`${id}: ${owners.map(({ clientId }) => clientId).join(' ')}`);
        if (id === fails) throw new UpstreamError('timeout', `${id} is late`);
        for (const owner of owners) {
          const known = readers[id]?.filter(([other]) => other !== owner) ?? [];
          readers[id] = [...known, [owner, Date.now()]];
        }
      },
    },
    readers: ({ id }, before) => (readers[id] ?? []).flatMap(([owner, at]) => (at < before ? [owner] : [])),
    registry: () =>
      ({
        servers: new Map(servers.map((one) => [one.id, one])),
        clients: new Map([['red', { allowServers: new Set(servers.map(({ id }) => id)) }]]),
        settings: { listRefresh: [refresh] },
      }) as unknown as Registry,
    now: () => Date.now(),
    busy: () => state.busy,
    logger: { info: () => undefined, warn: (text) => void warnings.push(text), error: () => undefined },
  });
  return { refresher, read, warnings, state };
}

const red: Owner = { clientId: 'red', sessionId: null };
const gone: Owner = { clientId: 'gone', sessionId: null };

test('reads lists that are a day old, one server at a time, for each client that has its own', async () => {
  const servers = ['a', 'b', 'new', 'own', 'disabled'].map((id) => plain({ id, enabled: id !== 'disabled' }));
  const { refresher, read } = refresherOf({
    servers,
    readers: {
      a: [[listReader, Date.now()]],
      b: [[listReader, Date.now() + hour]],
      own: [
        [red, Date.now()],
        [gone, Date.now()],
      ],
      disabled: [[listReader, Date.now()]],
    },
  });
  await vi.advanceTimersByTimeAsync(24 * hour);
  expect(read).toEqual([]);
  await vi.advanceTimersByTimeAsync(hour);
  expect(read).toEqual(['a: ', 'own: red']);
  await vi.advanceTimersByTimeAsync(hour);
  expect(read).toEqual(['a: ', 'own: red', 'b: ']);
  await vi.advanceTimersByTimeAsync(20 * hour);
  expect(read).toHaveLength(3);
  refresher.close();
});

test('waits for calls in flight before each server, except for a refresh that a person requested', async () => {
  const servers = ['a', 'b'].map((id) => plain({ id }));
  const { refresher, read, state } = refresherOf({ servers, refresh: 'start' });
  state.busy = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(read).toEqual(['a: ']);
  await refresher.refresh(plain({ id: 'b' }));
  expect(read).toEqual(['a: ', 'b: ']);
  state.busy = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(read).toEqual(['a: ', 'b: ', 'b: ']);
  refresher.close();
});

test('reads lists after an hour if calls are always in flight', async () => {
  const { refresher, read, state } = refresherOf({
    servers: [plain({ id: 'a' })],
    readers: { a: [[listReader, Date.now() - 24 * hour]] },
  });
  state.busy = true;
  await vi.advanceTimersByTimeAsync(hour + 30 * 60_000);
  expect(read).toEqual([]);
  await vi.advanceTimersByTimeAsync(30 * 60_000);
  expect(read).toEqual(['a: ']);
  refresher.close();
});

test('reports a server that fails, without delaying others', async () => {
  const servers = ['a', 'b'].map((id) => plain({ id }));
  const { refresher, read, warnings } = refresherOf({ servers, refresh: 'start', fails: 'a' });
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toEqual(['a: ', 'b: ']);
  expect(warnings).toEqual(['the lists of server "a" could not be read again: a is late']);
  await expect(refresher.refresh(plain({ id: 'a' }))).rejects.toThrow('a is late');
  refresher.close();
});
