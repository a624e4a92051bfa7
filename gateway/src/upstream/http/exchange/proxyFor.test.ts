import { expect, test } from 'vitest';
import { proxyFor } from './proxyFor.ts';

const env = { HTTPS_PROXY: 'http://secure.proxy:3128', HTTP_PROXY: 'http://plain.proxy:3128' };
const of = (url: string, more: Record<string, string> = {}): string | undefined =>
  proxyFor(new URL(url), { ...env, ...more });

test('each protocol has its own proxy, small letters come first, and an empty one is none', () => {
  expect(of('https://mcp.example/')).toBe('http://secure.proxy:3128');
  expect(of('http://mcp.example/')).toBe('http://plain.proxy:3128');
  expect(of('https://mcp.example/', { https_proxy: 'http://small:1' })).toBe('http://small:1');
  expect(
    proxyFor(new URL('https://mcp.example/'), { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: '' }),
  ).toBeUndefined();
});

test.each([
  'https://localhost/',
  'http://127.0.0.1:3000/',
  'http://127.8.8.8/',
  'http://[::1]/',
  'http://host.docker.internal/',
])('%s is this machine, and never behind a proxy', (url) => {
  expect(of(url)).toBeUndefined();
});

test.each([
  ['*', 'https://mcp.example/', true],
  ['mcp.example', 'https://mcp.example/', true],
  ['MCP.example', 'https://mcp.example/', true],
  ['example', 'https://mcp.example/', true],
  ['.example', 'https://mcp.example/', true],
  ['*.example', 'https://mcp.example/', true],
  ['other.example, mcp.example', 'https://mcp.example/', true],
  ['cp.example', 'https://mcp.example/', false],
  ['mcp.example:443', 'https://mcp.example/', true],
  ['mcp.example:8443', 'https://mcp.example/', false],
  ['mcp.example:8443', 'https://mcp.example:8443/', true],
  ['203.0.113.7', 'https://203.0.113.7/', true],
  ['203.0.113.0/24', 'https://203.0.113.7/', true],
  ['203.0.112.0/24', 'https://203.0.113.7/', false],
  ['203.0.113.0/99', 'https://203.0.113.7/', false],
  ['2001:db8::/32', 'https://[2001:db8::7]/', true],
  ['2001:db8::7', 'https://[2001:db8::7]/', true],
  ['[2001:db8::7]:443', 'https://[2001:db8::7]/', true],
  ['0.113.7', 'https://203.0.113.7/', false],
  ['', 'https://mcp.example/', false],
])('NO_PROXY %j leaves %s without a proxy: %s', (entries, url, direct) => {
  expect(of(url, { NO_PROXY: entries }) === undefined).toBe(direct);
});
