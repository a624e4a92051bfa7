import { expect, test } from 'vitest';
import { httpServer, plain } from '../../upstream/testing/servers.ts';
import type { Instance } from '../../upstream/types.ts';
import { TaskClaims } from './claims.ts';

const shared = plain({ scope: 'shared' });
const instance = (ended = new Promise<never>(() => undefined)) => ({ ended }) as unknown as Instance;
const remote = httpServer('http://127.0.0.1:1/mcp');

test("of a server that clients share, a task is its maker's; the newest maker of an id has it", () => {
  const claims = new TaskClaims();
  claims.claim(shared, 'red', '1', instance());
  expect(claims.holds(shared, 'red', '1')).toBe(true);
  expect(claims.holds(shared, 'blue', '1')).toBe(false);
  claims.claim(shared, 'blue', '1', instance());
  expect(claims.holds(shared, 'red', '1')).toBe(false);
});

test('behind HTTP each client has its own ids, and those of another server say nothing', () => {
  const claims = new TaskClaims();
  claims.claim(remote, 'red', '1', instance());
  claims.claim(remote, 'blue', '1', instance());
  expect(claims.holds(remote, 'red', '1')).toBe(true);
  expect(claims.holds({ ...remote, id: 'another' }, 'red', '1')).toBe(false);
});

test('an instance of one client alone is asked for whatever it knows', () => {
  expect(new TaskClaims().holds(plain(), 'red', 'any')).toBe(true);
});

test('one client makes room for its own tasks alone', () => {
  const claims = new TaskClaims();
  claims.claim(shared, 'blue', 'first', instance());
  for (let n = 0; n <= 1_000; n++) claims.claim(shared, 'red', String(n), instance());
  expect(claims.holds(shared, 'red', '0')).toBe(false);
  expect(claims.holds(shared, 'red', '1')).toBe(true);
  expect(claims.holds(shared, 'blue', 'first')).toBe(true);
});

test('a task is asked of the instance that made it, as long as that runs', async () => {
  const claims = new TaskClaims();
  const end = Promise.withResolvers<never>();
  const [first, second] = [instance(end.promise), instance()];
  claims.claim(plain(), 'red', '1', first);
  expect(claims.makerOf(plain(), 'red', '1', second)).toBe(first);
  expect(claims.makerOf(plain(), 'red', '1', undefined)).toBe(first);
  expect(claims.makerOf(plain(), 'blue', '1', second)).toBeUndefined();
  claims.claim(plain(), 'red', '1', second);
  // Each has a task of that id: a session means its own instance's.
  expect(claims.makerOf(plain(), 'red', '1', first)).toBeUndefined();
  expect(claims.makerOf(plain(), 'red', '1', second)).toBeUndefined();
  expect([...claims.instancesOf(plain(), 'red')]).toEqual([first, second]);
  end.resolve(undefined as never);
  await end.promise;
  expect(claims.makerOf(plain(), 'red', '1', instance())).toBe(second);
  expect([...claims.instancesOf(plain(), 'red')]).toEqual([second]);
});

test.each([shared, plain({ scopeChosen: true }), plain({ scope: 'session' })])(
  'where the registry gives the scope, a session asks its own instance alone',
  (server) => {
    const claims = new TaskClaims();
    claims.claim(server, 'red', '1', instance());
    expect(claims.makerOf(server, 'red', '1', instance())).toBeUndefined();
    expect(claims.instancesOf(server, 'red').size).toBe(0);
  },
);

test('a long id is told from another of the same beginning', () => {
  const claims = new TaskClaims();
  const id = 'x'.repeat(1_000_000);
  claims.claim(shared, 'red', id, instance());
  expect([claims.holds(shared, 'red', id), claims.holds(shared, 'red', `${id}y`)]).toEqual([true, false]);
});
