import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ByteBudget } from '../../byteBudget.ts';
import { systemClock } from '../../clock.ts';
import type { Server } from '../../registry/types.ts';
import { plain } from '../../upstream/testing/servers.ts';
import type { Owner } from '../../upstream/types.ts';
import { AnsweredError } from '../../errors.ts';
import type { Item } from '../items.ts';
import { noteRejection, rejectionOf } from '../unsupportedList.ts';
import { ListMemory } from './listMemory.ts';

let folder: string;
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-lists-'));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

let held: ByteBudget;
const open = (bytes = 64 * 1024 ** 2): Promise<ListMemory> =>
  ListMemory.open(join(folder, 'registry.yaml'), {
    clock: systemClock,
    held: (held = new ByteBudget(() => bytes)),
    logger: { info: () => {}, warn: (message) => void warnings.push(message), error: () => {} },
  });
const files = (): string[] => readdirSync(join(folder, '.lists'));
const described = { era: 'legacy', initializeResult: { instructions: 'use with care' } } as const;
const items = (...names: string[]): Item[] => names.map((name) => ({ name }));
const red: Owner = { clientId: 'red', sessionId: null };
const blue: Owner = { clientId: 'blue', sessionId: null, capabilities: { roots: {} } };
const namesFor = (memory: ListMemory, server: Server, owner: Owner): unknown =>
  memory
    .find(server, owner)
    ?.lists.get('tools')
    ?.items.map(({ name }) => name);

test('lists and server information survive a restart, in files readable only by their owner', async () => {
  const first = await open();
  first.learn(plain(), red, described, 'tools', items('a', '__proto__'));
  first.learn(plain(), red, described, 'prompts', []);
  await first.close();
  expect(statSync(join(folder, '.lists', 'plain.json')).mode & 0o777).toBe(0o600);
  const second = await open();
  expect(namesFor(second, plain(), red)).toEqual(['a', '__proto__']);
  expect(second.find(plain(), red)?.lists.get('prompts')?.items).toEqual([]);
  expect(second.find(plain(), red)?.described).toEqual(described);
  expect(second.find(plain(), red)?.lists.get('resources')).toBeUndefined();
});

test('the error that a server answered instead of a list survives a restart, until it answers one', async () => {
  const error = { code: -32601, message: 'Method not found', data: { kept: 1 } };
  const rejected: Item[] = [];
  noteRejection(rejected, new AnsweredError('no list', error));
  const rejection = (memory: ListMemory): unknown =>
    rejectionOf(memory.find(plain(), red)?.lists.get('templates')?.items ?? [])?.rpc;
  const first = await open();
  first.learn(plain(), red, described, 'templates', []);
  expect(first.learn(plain(), red, described, 'templates', rejected)).toEqual({ changed: false });
  expect(rejection(first)).toEqual(error);
  await first.close();
  const second = await open();
  expect(rejection(second)).toEqual(error);
  second.learn(plain(), red, described, 'templates', []);
  await second.close();
  expect(rejection(await open())).toBeUndefined();
});

test('forgets a server whose definition or environment changed, but not for a changed policy', async () => {
  const memory = await open();
  const server = plain({ env: new Map([['KEY', 'one']]) });
  memory.learn(server, red, described, 'tools', items('a'));
  expect(
    namesFor(memory, plain({ env: new Map([['KEY', 'one']]), idleStopS: 1, pinTools: true }), red),
  ).toEqual(['a']);
  expect(memory.find(plain({ env: new Map([['KEY', 'two']]) }), red)).toBeUndefined();
  expect(memory.find(plain({ args: ['--other'] }), red)).toBeUndefined();
  await memory.close();
  expect(readFileSync(join(folder, '.lists', 'plain.json'), 'utf8')).not.toContain('one');
});

test('distinguishes clients by capabilities only if the lists differed', async () => {
  const memory = await open();
  const server = plain();
  expect(memory.learn(server, red, described, 'tools', items('a'))).toEqual({ changed: true });
  expect(namesFor(memory, server, blue)).toEqual(['a']);
  expect(memory.learn(server, blue, described, 'tools', items('a'))).toEqual({ changed: false });
  expect(memory.learn(server, red, described, 'tools', items('a', 'b'))).toEqual({ changed: true });
  expect(namesFor(memory, server, blue)).toEqual(['a', 'b']);
  // That may be an upgrade, until the other kind of client gets its old list again.
  memory.learn(server, blue, described, 'tools', items('a', 'b', 'roots'));
  expect(namesFor(memory, server, red)).toEqual(['a', 'b', 'roots']);
  memory.learn(server, red, described, 'tools', items('a', 'b'));
  const both = (): unknown[] => [red, blue].map((owner) => namesFor(memory, server, owner));
  expect(both()).toEqual([
    ['a', 'b'],
    ['a', 'b', 'roots'],
  ]);
  memory.learn(server, red, described, 'tools', items('c'));
  memory.learn(server, blue, described, 'tools', items('c', 'roots'));
  expect(both()).toEqual([['c'], ['c', 'roots']]);
});

test('remembers a server with its own scope separately per client', async () => {
  const memory = await open();
  const server = plain({ scopeChosen: true });
  memory.learn(server, red, described, 'tools', items('red'));
  expect(memory.find(server, blue)).toBeUndefined();
  memory.learn(server, blue, described, 'tools', items('blue'));
  expect(namesFor(memory, server, red)).toEqual(['red']);
});

test('keeps the lists of each of many clients, with their readers', async () => {
  const memory = await open();
  const server = plain({ scopeChosen: true });
  const clients = Array.from({ length: 12 }, (_, n) => ({ ...blue, clientId: `client${n}` }));
  for (const client of clients) memory.learn(server, client, described, 'tools', items(client.clientId));
  expect(clients.map((client) => namesFor(memory, server, client))).toEqual(
    clients.map(({ clientId }) => [clientId]),
  );
  expect(memory.readers(server)).toMatchObject(
    clients.map(({ clientId, capabilities }) => ({ clientId, capabilities, era: 'legacy', apart: false })),
  );
});

test('forgets a server that left the registry, also on disk', async () => {
  const memory = await open();
  memory.learn(plain(), red, described, 'tools', items('a'));
  await memory.close();
  memory.forget('plain');
  await memory.close();
  expect(memory.find(plain(), red)).toBeUndefined();
  expect(files()).toEqual([]);
});

test('a server that exceeds its share of memory loses its oldest lists, and no other server does', async () => {
  const memory = await open(64 * 1024);
  memory.learn(plain({ id: 'other' }), red, described, 'tools', items('kept'));
  // A server with a different list for each kind of client, each more than a third of its share.
  const long = (name: string): Item[] => items(name, 'x'.repeat(700));
  const kinds: Owner[] = [red, blue, { ...red, era: 'modern' }];
  for (const [place, owner] of kinds.entries())
    memory.learn(plain(), owner, described, 'tools', long(String(place)));
  expect(held.total).toBeLessThanOrEqual(2 * 2 * 1024);
  expect(namesFor(memory, plain(), kinds[2] ?? red)).toEqual(['2', 'x'.repeat(700)]);
  expect(namesFor(memory, plain({ id: 'other' }), red)).toEqual(['kept']);
  expect(warnings).toEqual([]);
  memory.learn(plain(), red, described, 'tools', items('x'.repeat(3_000)));
  expect(memory.find(plain(), red)).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining('lists more than there is memory to remember')]);
  memory.forget('other');
  expect(held.total).toBe(0);
  await memory.close();
});

test('an unusable file counts as absent, with a warning', async () => {
  mkdirSync(join(folder, '.lists'));
  writeFileSync(join(folder, '.lists', 'plain.json'), '{"version":1,"definition":"x","variants":[');
  writeFileSync(join(folder, '.lists', 'other.json'), '{"version":2}');
  writeFileSync(join(folder, '.lists', '.plain.json.0f0f.tmp'), 'half');
  const memory = await open();
  expect(memory.find(plain(), red)).toBeUndefined();
  expect(warnings.map((text) => /(\w+)\.json cannot be used/.exec(text)?.[1]).sort()).toEqual([
    'other',
    'plain',
  ]);
  memory.learn(plain(), red, described, 'tools', items('a'));
  await memory.close();
  expect(namesFor(await open(), plain(), red)).toEqual(['a']);
});

test('returns the list last read for the client’s kind, otherwise for another kind', async () => {
  const owners: Owner[] = [red, blue, { ...blue, era: 'modern' }, { ...red, capabilities: { sampling: {} } }];
  const step = fc.record({ owner: fc.nat(owners.length - 1), names: fc.subarray(['a', 'b', 'c']) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      rmSync(join(folder, '.lists'), { recursive: true, force: true });
      const memory = await open();
      for (const { owner, names } of steps) {
        const who = owners[owner] ?? red;
        const before = namesFor(memory, plain(), who);
        const { changed } = memory.learn(plain(), who, described, 'tools', items(...names));
        expect(changed).toBe(JSON.stringify(before) !== JSON.stringify(names));
        expect(namesFor(memory, plain(), who)).toEqual(names);
      }
      const shown = owners.map((owner) => namesFor(memory, plain(), owner));
      await memory.close();
      const again = await open();
      expect(owners.map((owner) => namesFor(again, plain(), owner))).toEqual(shown);
    }),
    { numRuns: 50 },
  );
});
