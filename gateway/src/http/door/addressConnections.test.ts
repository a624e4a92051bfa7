import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { AddressConnections } from './addressConnections.ts';

function connectionOf(remoteAddress: string) {
  return Object.assign(new EventEmitter(), { remoteAddress });
}

test('an address has its maximum of connections, and another one when one of them ends', () => {
  let max = 2;
  const connections = new AddressConnections(() => max);
  const first = connectionOf('192.0.2.1');
  expect(connections.admit(first)).toBe(true);
  expect(connections.admit(connectionOf('192.0.2.1'))).toBe(true);
  expect(connections.admit(connectionOf('192.0.2.1'))).toBe(false);
  expect(connections.admit(connectionOf('::ffff:192.0.2.1'))).toBe(false);
  expect(connections.admit(connectionOf('192.0.2.2'))).toBe(true);
  first.emit('close');
  expect(connections.admit(connectionOf('192.0.2.1'))).toBe(true);
  expect(connections.admit(connectionOf('192.0.2.1'))).toBe(false);
  max = 3;
  expect(connections.admit(connectionOf('192.0.2.1'))).toBe(true);
});

test.each([
  ['2001:db8::1', '2001:db8::ffff:0:0:2', '2001:db8:0:1::1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', '2001:db8:1:3::'],
  ['fe80::1%eth0', 'fe80::2%eth0', 'fe80:0:0:1::1'],
])('%s and %s count as one address, %s as another', (one, same, other) => {
  const connections = new AddressConnections(() => 1);
  expect(connections.admit(connectionOf(one))).toBe(true);
  expect(connections.admit(connectionOf(same))).toBe(false);
  expect(connections.admit(connectionOf(other))).toBe(true);
});

test.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('%s is not counted', (address) => {
  const connections = new AddressConnections(() => 1);
  for (let n = 0; n < 5; n++) expect(connections.admit(connectionOf(address))).toBe(true);
});
