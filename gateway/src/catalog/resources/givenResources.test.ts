import { expect, test } from 'vitest';
import { plain } from '../../upstream/testing/servers.ts';
import { GivenResources } from './givenResources.ts';

const server = plain();
const mib = 1024 * 1024;

test('remembers resources per client and server', () => {
  const given = new GivenResources();
  given.give(server, 'a', ['x://1']);
  expect(given.has(server, 'a', 'x://1')).toBe(true);
  expect(given.has(server, 'a', 'x://2')).toBe(false);
  expect(given.has(server, 'b', 'x://1')).toBe(false);
  expect(given.has({ ...server, id: 'other' }, 'a', 'x://1')).toBe(false);
});

test('limits the URIs of one client and server in bytes and number, and keeps the newest', () => {
  const given = new GivenResources();
  const long = (n: number): string => `x://${n}/${'é'.repeat(10_000)}`;
  for (let n = 0; n < 200; n++) given.give(server, 'a', [long(0), long(n)]);
  expect(given.bytes).toBeLessThanOrEqual(mib);
  expect(given.bytes).toBeGreaterThan(mib - 2 * 20_010);
  expect([given.has(server, 'a', long(0)), given.has(server, 'a', long(1))]).toEqual([true, false]);
  given.give(server, 'b', [`x://${'a'.repeat(mib)}`]);
  given.give(
    server,
    'b',
    Array.from({ length: 10_000 }, (_, n) => `y://${n}`),
  );
  expect([given.has(server, 'b', 'y://5999'), given.has(server, 'b', 'y://6000')]).toEqual([false, true]);
});

test('forgets the URIs of a server whose definition changed, and of removed clients and servers', () => {
  const given = new GivenResources();
  given.give(server, 'a', ['x://1']);
  expect(given.has(plain({ args: ['other'] }), 'a', 'x://1')).toBe(false);
  given.keepOnly(new Map([['a', 1]]), new Map());
  expect([given.bytes, given.has(server, 'a', 'x://1')]).toEqual([0, false]);
  given.give(server, 'a', ['x://1']);
  given.keepOnly(new Map(), new Map([[server.id, 1]]));
  expect(given.bytes).toBe(0);
});
