import { expect, test } from 'vitest';
import { mayBind, mayConnect, otherLoopback } from './loopbackOnly.ts';

const binding = { loopbackOnly: true, published: false };
const local = { loopbackOnly: true, remote: false, allowPrivate: false };
const connecting = { ...local, hostname: 'localhost', engineGateways: ['172.17.0.1'] };

test.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1'])(
  '%s may be bound and connected to',
  (address) => {
    expect(mayBind({ ...binding, address })).toBe(true);
    expect(mayConnect({ ...connecting, address })).toBe(true);
  },
);

test.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '::ffff:10.0.0.1', '::2', '', 'localhost', '127.1'])(
  '%j may neither be bound nor connected to',
  (address) => {
    expect(mayBind({ ...binding, address })).toBe(false);
    expect(mayConnect({ ...connecting, address })).toBe(false);
  },
);

test('without loopback_only every address may be bound and connected to', () => {
  expect(mayBind({ ...binding, loopbackOnly: false, address: '0.0.0.0' })).toBe(true);
  expect(mayConnect({ ...connecting, loopbackOnly: false, address: '10.0.0.1' })).toBe(true);
});

test('a published port may be bound to every address', () => {
  expect(mayBind({ ...binding, published: true, address: '0.0.0.0' })).toBe(true);
});

test('only host.docker.internal may be the gateway of the engine, and nothing else', () => {
  const engine = { ...connecting, hostname: 'host.docker.internal' };
  expect(mayConnect({ ...engine, address: '172.17.0.1' })).toBe(true);
  expect(mayConnect({ ...engine, address: '172.17.0.2' })).toBe(false);
  expect(mayConnect({ ...connecting, address: '172.17.0.1' })).toBe(false);
});

test.each(['127.0.0.1', '::1', '10.1.2.3', '172.17.0.1', '169.254.169.254', 'fd00:ec2::254', 'fe80::1'])(
  'a remote server is never at %s, with or without loopback_only',
  (address) => {
    const remote = { ...connecting, remote: true, hostname: 'host.docker.internal', address };
    expect(mayConnect(remote)).toBe(false);
    expect(mayConnect({ ...remote, loopbackOnly: false })).toBe(false);
  },
);

test('a remote server has a public address, or one of a private network where that is allowed', () => {
  const remote = { ...connecting, remote: true };
  const own = { ...remote, allowPrivate: true };
  expect(mayConnect({ ...remote, address: '1.1.1.1' })).toBe(true);
  for (const address of ['10.1.2.3', '192.168.0.9', '100.64.1.1', 'fd12::1', '2606:4700::1111'])
    expect(mayConnect({ ...own, address })).toBe(true);
  for (const address of ['127.0.0.1', '169.254.169.254', '100.100.100.200', 'fd00:ec2::254', '0.0.0.0'])
    expect(mayConnect({ ...own, address })).toBe(false);
});

test.each([
  ['127.0.0.1', '::1'],
  ['0.0.0.0', '::1'],
  ['::1', '127.0.0.1'],
  ['::', undefined],
  ['127.8.9.10', undefined],
  ['10.0.0.1', undefined],
])('listening at %s leaves %s', (address, other) => {
  expect(otherLoopback(address)).toBe(other);
});
