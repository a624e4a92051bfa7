import { expect, test, vi } from 'vitest';
import type { Registry, Server } from '../registry/types.ts';
import type { Instance, Owner, UpstreamPool } from '../upstream/types.ts';
import { ResourceListeners } from './resourceListeners.ts';

const server = { id: 'files', scope: 'client' } as Server;
const owner: Owner = { clientId: 'a', sessionId: 's' };
const registry = {
  servers: new Map([['files', server]]),
  clients: new Map([['a', { allowServers: new Set(['files']) }]]),
} as unknown as Registry;

/** Listeners over one instance whose answers to a subscription are held back until `answer` is called. */
function listening() {
  const answers: (() => void)[] = [];
  const subscriptions = {
    add: vi.fn((_uri: string) => new Promise<undefined>((resolve) => answers.push(() => resolve(undefined)))),
    remove: vi.fn(() => Promise.resolve()),
  };
  const instance = { serverId: 'files', subscriptions, ended: new Promise(() => {}) } as unknown as Instance;
  const pool = { acquire: () => Promise.resolve(instance) } as unknown as UpstreamPool;
  const heard: string[] = [];
  const listener = { key: {}, clientId: 'a', all: false, push: (text: string) => void heard.push(text) };
  const answer = async (count: number): Promise<void> => {
    await vi.waitFor(() => expect(answers.length).toBe(count));
    for (const one of answers.splice(0)) one();
  };
  return { listeners: new ResourceListeners(pool, () => registry), listener, subscriptions, heard, answer };
}

test('two resources that are asked for at the same moment are both told of', async () => {
  const { listeners, listener, heard, answer } = listening();
  const both = Promise.all(
    ['file:///a', 'file:///b'].map((uri) => listeners.add(server, owner, uri, listener)),
  );
  await answer(2);
  expect(await both).toEqual([undefined, undefined]);
  for (const uri of ['file:///a', 'file:///b']) listeners.updated('files', owner, { uri });
  expect(heard.map((text) => (JSON.parse(text) as { params: { uri: string } }).params.uri)).toEqual([
    'file:///a',
    'file:///b',
  ]);
});

test('a session that ends while it is being subscribed leaves nothing behind', async () => {
  const { listeners, listener, subscriptions, heard, answer } = listening();
  const added = listeners.add(server, owner, 'file:///a', listener);
  await vi.waitFor(() => expect(subscriptions.add).toHaveBeenCalled());
  listeners.release(listener.key);
  await answer(1);
  await added;
  expect(subscriptions.remove).toHaveBeenCalledWith('file:///a');
  listeners.updated('files', owner, { uri: 'file:///a' });
  expect(heard).toEqual([]);
});
