import fc from 'fast-check';
import { expect, it } from 'vitest';
import { doorDenial, hostsOf, listenRejection, type Door, type DistinctHeaders } from './door.ts';

const tcp: Door = { hosts: hostsOf({ host: '127.0.0.1', port: 2375 }), secret: 's'.repeat(32) };
const unix: Door = { hosts: hostsOf({ socketPath: '/run/guard.sock' }), secret: undefined };
const secret = { 'x-lmcp-guard-secret': ['s'.repeat(32)] };
const status = (headers: DistinctHeaders, door = unix): number | undefined =>
  doorDenial(headers, door)?.status;

it('accepts what the gateway sends', () => {
  expect(status({ host: ['docker'] })).toBeUndefined();
  expect(status({ host: ['docker'], ...secret }, tcp)).toBeUndefined();
  const json = { 'content-type': ['application/json'], 'content-length': ['2'] };
  expect(status({ host: ['docker'], ...json })).toBeUndefined();
  expect(status({ host: ['docker'], 'content-length': ['0'] })).toBeUndefined();
});

it.each([
  ['Origin', { origin: ['http://evil.example'] }],
  ['an opaque Origin', { origin: ['null'] }],
  ['its own Origin', { origin: ['http://127.0.0.1:2375'] }],
  ['an empty Origin', { origin: [''] }],
  ['Sec-Fetch-Site', { 'sec-fetch-site': ['cross-site'] }],
  ['Sec-Fetch-Site: none', { 'sec-fetch-site': ['none'] }],
  ['Sec-Fetch-Mode', { 'sec-fetch-mode': ['no-cors'] }],
])('denies %s', (_, headers) => {
  expect(status({ host: ['docker'], ...headers })).toBe(403);
  expect(status({ host: ['docker'], ...secret, ...headers }, tcp)).toBe(403);
});

it.each([
  [[]],
  [['evil.example']],
  [['docker', 'docker']],
  [['docker:2375']],
  [['guard:2375']],
  [['127.0.0.1:80']],
])('denies the Host %j', (host) => {
  expect(status({ host })).toBe(403);
  expect(status({ host, ...secret }, tcp)).toBe(403);
});

it('accepts a loopback name with its own port on TCP only', () => {
  expect(status({ host: ['127.0.0.1:2375'], ...secret }, tcp)).toBeUndefined();
  expect(status({ host: ['localhost:2375'], ...secret }, tcp)).toBeUndefined();
  expect(status({ host: ['127.0.0.1:2375'] })).toBe(403);
});

it.each([
  undefined,
  [],
  [''],
  ['s'.repeat(31)],
  ['s'.repeat(33)],
  [`Bearer ${'s'.repeat(32)}`],
  ['s'.repeat(32), 's'.repeat(32)],
])('denies the secret %j', (given) => {
  expect(status({ host: ['docker'], 'x-lmcp-guard-secret': given }, tcp)).toBe(401);
});

it('accepts no other text as the secret', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(text !== 's'.repeat(32));
      expect(status({ host: ['docker'], 'x-lmcp-guard-secret': [text] }, tcp)).toBe(401);
    }),
  );
});

it.each([
  [undefined],
  [['text/plain']],
  [['application/x-www-form-urlencoded']],
  [['multipart/form-data; boundary=x']],
  [['application/json', 'text/plain']],
  [['text/plain; application/json']],
  [['application/json5']],
])('denies a body of the type %j', (type) => {
  const headers = { host: ['docker'], ...(type && { 'content-type': type }) };
  expect(status({ ...headers, 'content-length': ['5'] })).toBe(415);
  expect(status({ ...headers, 'transfer-encoding': ['chunked'] })).toBe(415);
});

it('lets a guard without a secret listen on a Unix socket only', () => {
  expect(listenRejection({ socketPath: '/s' }, undefined)).toBeUndefined();
  expect(listenRejection({ host: '127.0.0.1', port: 1 }, 'secret')).toBeUndefined();
  expect(listenRejection({ host: '127.0.0.1', port: 1 }, undefined)).toContain('LMCP_GUARD_SECRET_FILE');
});
