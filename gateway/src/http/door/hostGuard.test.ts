import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkHost, checkOrigin } from './hostGuard.ts';

const listening = {
  port: 7345,
  tls: false,
  allowedHosts: ['lmcp.lan:7345', 'toolbok:7345'],
  allowedOrigins: ['https://board.example'],
};

test.each([
  'localhost:7345',
  '127.0.0.1:7345',
  '[::1]:7345',
  'lmcp.lan:7345',
  'LOCALHOST:7345',
  'LocalHost:7345',
  'LMCP.lan:7345',
])('Host %s is ours', (host) => {
  expect(checkHost(listening, [host])).toBeUndefined();
});

test.each([
  [[]],
  [['']],
  [['localhost:7345', 'localhost:7345']],
  ...[
    'localhost',
    'localhost:7346',
    'evil.example',
    'evil.example:7345',
    'evil@127.0.0.1:7345',
    '0x7f.1:7345',
    '127.1:7345',
    '2130706433:7345',
    '127.0.0.1.nip.io:7345',
    // The Kelvin sign, whose lower case is a k, and a long s.
    'toolbo\u212A:7345',
    'localho\u017Ft:7345',
    'localhost.:7345',
    ' localhost:7345',
    '127.0.0.1:7345, evil.example',
    '[::ffff:127.0.0.1]:7345',
    '127.0.0.2:7345',
    'localhost:07345',
  ].map((host) => [[host]]),
])('Host %j is not', (hosts) => {
  expect(checkHost(listening, hosts)).toBe('host_not_allowed');
});

test('a port of 80 may be left out, as browsers do', () => {
  expect(checkHost({ ...listening, port: 80 }, ['localhost'])).toBeUndefined();
});

test.each([
  [[]],
  [['http://localhost:7345']],
  [['http://127.0.0.1:7345']],
  [['http://[::1]:7345']],
  [['https://board.example']],
])('Origin %j may', (origins) => expect(checkOrigin(listening, origins, ['localhost:7345'])).toBeUndefined());

test.each([
  'null',
  '',
  'http://evil.example',
  'http://localhost',
  'http://localhost:7346',
  'https://localhost:7345',
  'http://localhost:7345/',
  'http://LOCALHOST:7345',
  'https://board.example.evil',
  'https://board.example:443',
  // As long as http://
  'file://localhost:7345',
])('Origin %j may not', (origin) => {
  expect(checkOrigin(listening, [origin], ['localhost:7345'])).toBe('origin_not_allowed');
});

test('two Origins may not, whatever they are', () => {
  const own = 'http://localhost:7345';
  expect(checkOrigin(listening, [own, own], ['localhost:7345'])).toBe('origin_not_allowed');
  expect(checkOrigin(listening, [own, 'https://evil.example'], ['localhost:7345'])).toBe(
    'origin_not_allowed',
  );
});

test('no other string passes', () => {
  const ours = new Set(['localhost:7345', '127.0.0.1:7345', '[::1]:7345', 'lmcp.lan:7345']);
  fc.assert(
    fc.property(
      fc.string(),
      (host) => ours.has(host.toLowerCase()) || checkHost(listening, [host]) !== undefined,
    ),
  );
});

const published = { ...listening, allowedHosts: ['127.0.0.1:*', '[::1]:*'] };

test.each(['127.0.0.1:1', '127.0.0.1:49153', '[::1]:65535', 'localhost:7345'])(
  'Host %s is ours where every port of loopback names is',
  (host) => expect(checkHost(published, [host])).toBeUndefined(),
);

test.each([
  'localhost:49153',
  '127.0.0.1:0',
  '127.0.0.1:65536',
  '127.0.0.1:080',
  '127.0.0.1:*',
  '127.0.0.1:',
  '127.0.0.1',
  '127.0.0.1:1 ',
  '127.0.0.1:1@evil.example',
  '127.0.0.1.evil.example:1',
  'evil.example:49153',
])('Host %s is not, though every port of loopback names is', (host) => {
  expect(checkHost(published, [host])).toBe('host_not_allowed');
});

test('an Origin on a published port must be of the port that was asked', () => {
  const hosts = ['127.0.0.1:49153'];
  expect(checkOrigin(published, ['http://127.0.0.1:49153'], hosts)).toBeUndefined();
  for (const origin of [
    'http://127.0.0.1:3000',
    'http://[::1]:49153',
    'https://127.0.0.1:49153',
    'http://evil.example',
  ]) {
    expect(checkOrigin(published, [origin], hosts)).toBe('origin_not_allowed');
  }
});

const byTls = { ...listening, tls: true };

test('by TLS the scheme of an Origin is https, and a page of an allowed host that was asked is one of the gateway', () => {
  expect(checkOrigin(byTls, ['https://localhost:7345'], ['localhost:7345'])).toBeUndefined();
  expect(checkOrigin(byTls, ['https://lmcp.lan:7345'], ['lmcp.lan:7345'])).toBeUndefined();
  expect(checkOrigin(byTls, ['https://lmcp.lan:7345'], ['localhost:7345'])).toBe('origin_not_allowed');
  expect(checkOrigin(byTls, ['http://localhost:7345'], ['localhost:7345'])).toBe('origin_not_allowed');
  expect(checkOrigin(byTls, ['https://evil.example:7345'], ['lmcp.lan:7345'])).toBe('origin_not_allowed');
  expect(checkOrigin(listening, ['http://lmcp.lan:7345'], ['lmcp.lan:7345'])).toBe('origin_not_allowed');
});

test('by TLS a port of 443 may be left out, and one of 80 may not', () => {
  expect(checkHost({ ...byTls, port: 443 }, ['localhost'])).toBeUndefined();
  expect(checkHost({ ...byTls, port: 80 }, ['localhost'])).toBe('host_not_allowed');
});
