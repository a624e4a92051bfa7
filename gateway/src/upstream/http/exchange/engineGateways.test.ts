import { expect, test } from 'vitest';
import { hostsEntries } from './engineGateways.ts';

test('the addresses of a name are read from a hosts file, comments and other names apart', () => {
  const text = [
    '127.0.0.1\tlocalhost',
    '172.17.0.1\thost.docker.internal  gateway # the host',
    '#10.0.0.1 host.docker.internal',
    '10.0.0.2 other # host.docker.internal',
    'fe80::1 a host.docker.internal',
    '10.0.0.3 my.host.docker.internal',
    '',
  ].join('\n');
  expect(hostsEntries(text, 'host.docker.internal')).toEqual(['172.17.0.1', 'fe80::1']);
});
