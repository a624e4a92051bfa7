import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sshAddress } from './sshTunnel.ts';

const usual = '/var/run/docker.sock';

it.each([
  ['ssh://host', { host: 'host', user: undefined, port: undefined, socketPath: usual }],
  ['ssh://me@host.example:2222', { host: 'host.example', user: 'me', port: '2222', socketPath: usual }],
  ['ssh://me@[::1]:22/', { host: '::1', user: 'me', port: '22', socketPath: usual }],
  [
    'ssh://host/run/podman.sock',
    { host: 'host', user: undefined, port: undefined, socketPath: '/run/podman.sock' },
  ],
])('reads %s', (written, address) => {
  expect(sshAddress(written)).toEqual({ value: address });
});

it.each([
  'ssh://',
  'ssh://-oProxyCommand=x',
  'ssh://-l@host',
  'ssh://a b',
  'ssh://host:x',
  'ssh://host/a:b',
  'ssh://u:p@host',
])('does not read %s', (written) => {
  expect(sshAddress(written)).toHaveProperty('fix');
});

it('gives nothing that ssh would take for an option, whatever is written', () => {
  const part = fc.stringMatching(/^[-a-z@:/.[\] ]{0,8}$/);
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const read = sshAddress(`ssh://${parts.join('')}`);
      if (!('value' in read)) return;
      const { host, user, port, socketPath } = read.value;
      for (const value of [host, user ?? 'x', port ?? '1', socketPath]) expect(value).toMatch(/^[^-\s]/);
    }),
  );
});
