import { afterEach, expect, test, vi } from 'vitest';
import type { Registry, Server } from '../../registry/types.ts';
import type { Instance, Owner, UpstreamPool } from '../../upstream/types.ts';
import { ByteBudget, type ClientMemory } from '../../byteBudget.ts';
import { UpstreamError } from '../../errors.ts';
import { GivenResources } from '../../catalog/resources/givenResources.ts';
import { plain } from '../../upstream/testing/servers.ts';
import { ResourceListeners } from './resourceListeners.ts';

const server: Server = plain({ id: 'files' });
const owner: Owner = { clientId: 'a', sessionId: 's' };
const allowServers = new Set(['files']);
const registry = {
  servers: new Map([['files', server]]),
  clients: new Map([['a', { allowServers }]]),
} as unknown as Registry;

afterEach(() => {
  vi.useRealTimers();
  allowServers.add('files');
});

/** Listeners over one instance whose answers to a subscription are held back until `answer` is called. */
function listening(memory?: ClientMemory) {
  const answers: (() => void)[] = [];
  const subscriptions = {
    add: vi.fn((_uri: string) => new Promise<undefined>((resolve) => answers.push(() => resolve(undefined)))),
    remove: vi.fn(() => Promise.resolve()),
  };
  const ended = Promise.withResolvers<{ end: { expected: boolean } }>();
  const instance = { serverId: 'files', subscriptions, ended: ended.promise } as unknown as Instance;
  const acquire = vi.fn(() => Promise.resolve(instance));
  const pool = { acquire } as unknown as UpstreamPool;
  const updates: string[] = [];
  const listener = { key: {}, clientId: 'a', all: false, push: (text: string) => void updates.push(text) };
  const answer = async (count: number): Promise<void> => {
    await vi.waitFor(() => expect(answers.length).toBe(count));
    for (const one of answers.splice(0)) one();
  };
  const given = new GivenResources();
  const listeners = new ResourceListeners(pool, () => registry, given, memory);
  return { listeners, given, listener, subscriptions, updates, answer, acquire, instance, ended };
}

test('sends updates of two resources that were subscribed to concurrently', async () => {
  const { listeners, listener, updates, answer } = listening();
  const both = Promise.all(
    ['file:///a', 'file:///b'].map((uri) => listeners.add(server, owner, uri, listener)),
  );
  await answer(2);
  expect(await both).toEqual([undefined, undefined]);
  for (const uri of ['file:///a', 'file:///b']) void listeners.updated('files', owner, { uri });
  expect(updates.map((text) => (JSON.parse(text) as { params: { uri: string } }).params.uri)).toEqual([
    'file:///a',
    'file:///b',
  ]);
});

test('an update makes the resource readable for the notified client only', async () => {
  const { listeners, listener, given, answer } = listening();
  const added = listeners.add(server, owner, 'file:///a', listener);
  await answer(1);
  await added;
  void listeners.updated('files', owner, { uri: 'file:///b' });
  void listeners.updated('files', { ...owner, clientId: 'b' }, { uri: 'file:///a' });
  expect([given.has(server, 'a', 'file:///a'), given.has(server, 'a', 'file:///b')]).toEqual([false, false]);
  void listeners.updated('files', owner, { uri: 'file:///a' });
  expect([given.has(server, 'a', 'file:///a'), given.has(server, 'b', 'file:///a')]).toEqual([true, false]);
});

test('unsubscribes a session that ends while its subscription is being added', async () => {
  const { listeners, listener, subscriptions, updates, answer } = listening();
  const added = listeners.add(server, owner, 'file:///a', listener);
  await vi.waitFor(() => expect(subscriptions.add).toHaveBeenCalled());
  listeners.release(listener.key);
  await answer(1);
  await added;
  expect(subscriptions.remove).toHaveBeenCalledWith('file:///a');
  void listeners.updated('files', owner, { uri: 'file:///a' });
  expect(updates).toEqual([]);
});

test.each([
  [true, 'restarts a crashed server for a client that still has access', 2],
  [false, 'does not restart a crashed server for a client whose grant was revoked', 1],
])('granted %s: %s', async (granted, _title, starts) => {
  vi.useFakeTimers();
  const { listeners, listener, answer, acquire, instance, ended, subscriptions } = listening();
  const added = listeners.add(server, owner, 'file:///a', listener);
  await answer(1);
  await added;
  if (!granted) allowServers.delete('files');
  ended.resolve({ end: { expected: false } });
  await vi.advanceTimersByTimeAsync(10_000);
  listeners.started(instance, owner);
  expect(acquire).toHaveBeenCalledTimes(starts);
  expect(subscriptions.add).toHaveBeenCalledTimes(starts);
});

test('counts subscriptions against the limit before the server has answered', async () => {
  const { listeners, listener, answer, subscriptions } = listening();
  const many = Array.from({ length: 1_050 }, (_, n) =>
    listeners.add(server, owner, `file:///${n}`, listener),
  );
  await answer(1_000);
  const given = await Promise.all(many);
  expect(given.filter((one) => one === undefined)).toHaveLength(1_000);
  expect(given.filter((one) => one instanceof UpstreamError && one.kind === 'overloaded')).toHaveLength(50);
  expect(subscriptions.add).toHaveBeenCalledTimes(1_000);
  await listeners.remove('files', 'file:///0', listener);
  const again = listeners.add(server, owner, 'file:///again', listener);
  await answer(1);
  expect(await again).toBeUndefined();
});

test('a subscription that the server rejects takes no place', async () => {
  const { listeners, listener, subscriptions, answer } = listening();
  const rejection = { error: { code: -32_602, message: 'no' }, bytes: 0 };
  subscriptions.add.mockImplementation(() => Promise.resolve(rejection as never));
  const many = Array.from({ length: 1_000 }, (_, n) =>
    listeners.add(server, owner, `file:///${n}`, listener),
  );
  expect((await Promise.all(many)).filter((one) => one === rejection)).toHaveLength(1_000);
  subscriptions.add.mockRestore();
  const added = listeners.add(server, owner, 'file:///a', listener);
  await answer(1);
  expect(await added).toBeUndefined();
});

test('counts subscribed URIs as memory of their client until it unsubscribes', async () => {
  const budget = new ByteBudget(() => 4_000);
  const exhausted: unknown[] = [];
  const { listeners, listener, answer } = listening({ budget, full: (...full) => void exhausted.push(full) });
  const uri = `file:///${'a'.repeat(300)}`;
  const added = listeners.add(server, owner, uri, listener);
  await answer(1);
  expect(await added).toBeUndefined();
  expect(budget.total).toBe(2 * uri.length);
  const rejected = await listeners.add(server, owner, `${uri}b${'a'.repeat(300)}`, listener);
  expect([rejected, exhausted]).toMatchObject([{ kind: 'overloaded' }, [['a', 'client', expect.anything()]]]);
  listeners.release(listener.key);
  expect(budget.total).toBe(0);
});

test('a client may listen to a quarter of all resources that can be listened to; another is still admitted', async () => {
  const { listeners, listener, subscriptions } = listening();
  subscriptions.add.mockImplementation(() => Promise.resolve(undefined));
  for (let i = 0; i < 1_000; i++)
    expect(await listeners.add(server, owner, `file:///${i}`, listener)).toBeUndefined();
  const oneMore = (): Promise<unknown> => listeners.add(server, owner, 'file:///more', listener);
  expect(await oneMore()).toMatchObject({ kind: 'overloaded' });
  const again = { ...listener, key: {} };
  expect(await listeners.add(server, owner, 'file:///again', again)).toMatchObject({ kind: 'overloaded' });
  const another = { ...listener, key: {}, clientId: 'b' };
  const theirs = { ...owner, clientId: 'b' };
  expect(await listeners.add(server, theirs, 'file:///more', another)).toBeUndefined();
  await listeners.remove('files', 'file:///0', listener);
  expect(await oneMore()).toBeUndefined();
  expect(subscriptions.add).toHaveBeenCalledTimes(1_002);
});
