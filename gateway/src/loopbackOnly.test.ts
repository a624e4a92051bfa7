import { expect, test } from 'vitest';
import { mayBind, mayConnect, otherLoopback } from './loopbackOnly.ts';

const binding = { loopbackOnly: true, published: false };
const connecting = { loopbackOnly: true, hostname: 'localhost', engineGateways: ['172.17.0.1'] };

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
