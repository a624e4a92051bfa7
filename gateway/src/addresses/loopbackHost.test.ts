import { expect, test } from 'vitest';
import { isLoopbackHost } from './loopbackHost.ts';

test.each([
  ['http://127.0.0.1:80/', true],
  ['http://127.8.9.10/', true],
  ['http://0x7f.1/', true],
  ['http://[::1]:9/', true],
  ['http://LOCALHOST/', true],
  ['http://host.docker.internal/', true],
  ['http://127.0.0.1.example.com/', false],
  ['http://localhost.example.com/', false],
  ['http://127.0.0.1@example.com/', false],
  ['http://0.0.0.0/', false],
  ['http://10.0.0.1/', false],
  ['http://[::ffff:10.0.0.1]/', false],
])('%s is this machine: %s', (url, expected) => {
  expect(isLoopbackHost(new URL(url).hostname)).toBe(expected);
});
