import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../logger.ts';
import { plain } from '../upstream/testing/servers.ts';
import type { Instance, Owner } from '../upstream/types.ts';
import { listReadersOf } from './listReaders.ts';
import { ByteBudget } from '../byteBudget.ts';
import { ListMemory } from './memory/listMemory.ts';

const described = { era: 'legacy', initializeResult: {} } as const;
const red: Owner = { clientId: 'red', sessionId: null };
const blue: Owner = { clientId: 'blue', sessionId: null, capabilities: { sampling: {}, roots: {} } };

/** A memory whose lists were read at the given times. */
async function memoryOf(clock: { at: number }): Promise<ListMemory> {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-readers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const times = { now: () => clock.at, monotonic: () => clock.at };
  const memory = await ListMemory.open(join(folder, 'registry.yaml'), {
    clock: times,
    logger: silentLogger,
    held: new ByteBudget(() => 2 ** 30),
  });
  onTestFinished(() => memory.close());
  return memory;
}

const idle = { ready: () => undefined };
const of = (reader: Owner): object => ({
  clientId: reader.clientId,
  capabilities: reader.capabilities ?? {},
  era: 'legacy',
});

test('reads a list that all clients share once, with an instance of the gateway', async () => {
  const clock = { at: 1 };
  const memory = await memoryOf(clock);
  const server = plain();
  expect(listReadersOf({ pool: idle, memory }, server, Infinity)).toEqual([]);
  memory.learn(server, red, described, 'tools', [{ name: 'a' }]);
  clock.at = 2;
  memory.learn(server, blue, described, 'tools', [{ name: 'a' }]);
  expect(listReadersOf({ pool: idle, memory }, server, 3)).toMatchObject([
    { ...of(blue), clientId: '', via: 'lists' },
  ]);
  // One of them was read lately.
  expect(listReadersOf({ pool: idle, memory }, server, 2)).toEqual([]);
});

test('reads lists separately for kinds of clients that get different ones', async () => {
  const clock = { at: 1 };
  const memory = await memoryOf(clock);
  const server = plain();
  for (const [owner, name] of [
    [red, 'a'],
    [blue, 'b'],
    [red, 'a'],
    [blue, 'b'],
  ] as const) {
    clock.at++;
    memory.learn(server, owner, described, 'tools', [{ name }]);
  }
  const readers = listReadersOf({ pool: idle, memory }, server, Infinity);
  expect(readers.map(({ clientId, capabilities }) => [clientId, capabilities])).toEqual([
    ['', {}],
    ['', blue.capabilities],
  ]);
});

test('with a scope of its own, reads the list per client, never from an instance that has been called', async () => {
  const memory = await memoryOf({ at: 1 });
  const server = plain({ scopeChosen: true });
  memory.learn(server, red, described, 'tools', [{ name: 'a' }]);
  memory.learn(server, blue, described, 'tools', [{ name: 'b' }]);
  const ofBlue = ({ clientId }: Owner): boolean => clientId === 'blue';
  const pool = {
    ready: (_: unknown, owner: Owner) => (ofBlue(owner) ? ({ called: true } as Instance) : undefined),
  };
  expect(listReadersOf({ pool: idle, memory }, server, Infinity)).toMatchObject([of(red), of(blue)]);
  expect(listReadersOf({ pool, memory }, server, Infinity)).toMatchObject([of(red)]);
});
