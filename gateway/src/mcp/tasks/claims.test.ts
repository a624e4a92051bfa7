import { expect, test } from 'vitest';
import { httpServer, plain } from '../../upstream/testing/servers.ts';
import { TaskClaims } from './claims.ts';

const shared = plain({ scope: 'shared' });
const remote = httpServer('http://127.0.0.1:1/mcp');

test("of a server that clients share, a task is its maker's; the newest maker of an id has it", () => {
  const claims = new TaskClaims();
  claims.claim(shared, 'red', '1');
  expect(claims.holds(shared, 'red', '1')).toBe(true);
  expect(claims.holds(shared, 'blue', '1')).toBe(false);
  claims.claim(shared, 'blue', '1');
  expect(claims.holds(shared, 'red', '1')).toBe(false);
});

test('behind HTTP each client has its own ids, and those of another server say nothing', () => {
  const claims = new TaskClaims();
  claims.claim(remote, 'red', '1');
  claims.claim(remote, 'blue', '1');
  expect(claims.holds(remote, 'red', '1')).toBe(true);
  expect(claims.holds({ ...remote, id: 'another' }, 'red', '1')).toBe(false);
});

test('an instance of one client alone is asked for whatever it knows', () => {
  expect(new TaskClaims().holds(plain(), 'red', 'any')).toBe(true);
});

test('one client makes room for its own tasks alone', () => {
  const claims = new TaskClaims();
  claims.claim(shared, 'blue', 'first');
  for (let n = 0; n <= 1_000; n++) claims.claim(shared, 'red', String(n));
  expect(claims.holds(shared, 'red', '0')).toBe(false);
  expect(claims.holds(shared, 'red', '1')).toBe(true);
  expect(claims.holds(shared, 'blue', 'first')).toBe(true);
});
