import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRegistered, redirectKind } from './redirectUri.ts';

test.each([
  ['http://127.0.0.1/callback', 'loopback'],
  ['http://localhost:33418', 'loopback'],
  ['http://[::1]:8080/x', 'loopback'],
  ['https://app.example/redirect?x=1', 'site'],
  ['cursor://anysphere.cursor-retrieval/oauth/callback', 'scheme'],
  ['com.example.app:/oauth', 'scheme'],
])('%s is of kind %s', (uri, kind) => {
  expect(redirectKind(uri)).toBe(kind);
});

test.each([
  'http://app.example/redirect',
  'http://127.0.0.1.app.example/',
  'http://localhost@app.example/',
  'http://user@127.0.0.1/',
  'http://127.0.0.1/#fragment',
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  '/relative',
  '//app.example',
  '',
  'http://127.0.0.1/with space',
  `https://app.example/${'x'.repeat(600)}`,
])('codes are never sent to %j', (uri) => {
  expect(redirectKind(uri)).toBeUndefined();
});

const port = fc.integer({ min: 1, max: 65_535 });

test('of an address on loopback the port may differ, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('127.0.0.1', '[::1]', 'localhost'),
      port,
      port,
      fc.webPath(),
      (host, a, b, path) => {
        const registered = [`http://${host}:${a}${path}`];
        fc.pre(redirectKind(registered[0] ?? '') !== undefined);
        expect(isRegistered(registered, `http://${host}:${b}${path}`)).toBe(true);
        expect(isRegistered(registered, `http://${host}:${b}${path}/more`)).toBe(false);
        expect(isRegistered(registered, `http://${host}:${b}${path}?x=1`)).toBe(false);
        expect(isRegistered(registered, `https://${host}:${b}${path}`)).toBe(false);
      },
    ),
  );
  expect(isRegistered(['http://127.0.0.1/x'], 'http://localhost/x')).toBe(false);
});

test('every other redirect URI is compared byte for byte', () => {
  const registered = ['https://app.example/redirect', 'app.example:/done'];
  for (const uri of registered) expect(isRegistered(registered, uri)).toBe(true);
  for (const uri of [
    'https://app.example:8443/redirect',
    'https://app.example/redirect/',
    'https://app.example/redirect/../evil',
    'https://APP.example/redirect',
    'app.example:/done?x=1',
  ])
    expect(isRegistered(registered, uri)).toBe(false);
});
