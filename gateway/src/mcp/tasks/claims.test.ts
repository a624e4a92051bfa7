import { expect, test } from 'vitest';
import { httpServer, plain } from '../../upstream/testing/servers.ts';
import type { Instance } from '../../upstream/types.ts';
import { TaskClaims } from './claims.ts';

const shared = plain({ scope: 'shared' });
const instance = (ended = new Promise<never>(() => undefined)) => ({ ended }) as unknown as Instance;
const remote = httpServer('http://127.0.0.1:1/mcp');

test('on a shared server a task belongs to the client that created it, the newest for a reused id', () => {
  const claims = new TaskClaims();
  claims.claim(shared, 'red', '1', instance());
  expect(claims.holds(shared, 'red', '1')).toBe(true);
  expect(claims.holds(shared, 'blue', '1')).toBe(false);
  claims.claim(shared, 'blue', '1', instance());
  expect(claims.holds(shared, 'red', '1')).toBe(false);
});

test('behind HTTP task ids are per client and per server', () => {
  const claims = new TaskClaims();
  claims.claim(remote, 'red', '1', instance());
  claims.claim(remote, 'blue', '1', instance());
  expect(claims.holds(remote, 'red', '1')).toBe(true);
  expect(claims.holds({ ...remote, id: 'another' }, 'red', '1')).toBe(false);
});

test('a client may request any task of an instance that only it uses', () => {
  expect(new TaskClaims().holds(plain(), 'red', 'any')).toBe(true);
});

test('a client that exceeds its limit loses only its own oldest tasks', () => {
  const claims = new TaskClaims();
  claims.claim(shared, 'blue', 'first', instance());
  for (let n = 0; n <= 1_000; n++) claims.claim(shared, 'red', String(n), instance());
  expect(claims.holds(shared, 'red', '0')).toBe(false);
  expect(claims.holds(shared, 'red', '1')).toBe(true);
  expect(claims.holds(shared, 'blue', 'first')).toBe(true);
});

test('requests a task from the instance that created it, while that runs', async () => {
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
  'with a scope in the registry, a session asks only its own instance',
  (server) => {
    const claims = new TaskClaims();
    claims.claim(server, 'red', '1', instance());
    expect(claims.makerOf(server, 'red', '1', instance())).toBeUndefined();
    expect(claims.instancesOf(server, 'red').size).toBe(0);
  },
);

test('distinguishes long ids with the same prefix', () => {
  const claims = new TaskClaims();
  const id = 'x'.repeat(1_000_000);
  claims.claim(shared, 'red', id, instance());
  expect([claims.holds(shared, 'red', id), claims.holds(shared, 'red', `${id}y`)]).toEqual([true, false]);
});
