import { expect, it } from 'vitest';
import { egressTarget, namedPlaces, shownTarget } from './egressTarget.ts';

it.each([
  ['API.github.com:443', { host: 'api.github.com', port: 443 }],
  ['10.0.0.5:8080', { host: '10.0.0.5', port: 8080 }],
  ['[2001:DB8::1]:443', { host: '2001:db8::1', port: 443 }],
  ['host.docker.internal:11434', { host: 'host.docker.internal', port: 11434 }],
  ['ollama:11434', { host: 'ollama', port: 11434 }],
])('reads %s', (written, value) => {
  expect(egressTarget(written)).toEqual({ value });
  expect(egressTarget(shownTarget(value))).toEqual({ value });
});

it.each([
  ...['api.github.com', 'api.github.com:0', 'api.github.com:65536', ':443', '*.github.com:443', 'a b:1', 443],
  ...[
    'https://api.github.com:443',
    '[1.2.3.4]:1',
    '2001:db8::1:443',
    '127.1:80',
    '2130706433:80',
    '0x7f000001:80',
  ],
  ...['user@host:1', 'host:1/', '', null],
])('rejects %j', (written) => {
  expect(egressTarget(written)).toHaveProperty('message');
});

it('takes addresses and private names of a port for places that are meant', () => {
  const targets = ['api.github.com:443', '10.0.0.5:443', '10.0.0.6:80', 'host.docker.internal:443', 'db:443'];
  const parsed = targets.map((written) => {
    const field = egressTarget(written);
    if (!('value' in field)) throw new Error(written);
    return field.value;
  });
  expect(namedPlaces(parsed, 443)).toEqual(['10.0.0.5', 'host.docker.internal', 'db']);
});
