import { expect, test } from 'vitest';
import type { HttpServer } from '../registry/types.ts';
import { httpServer } from '../upstream/testing/servers.ts';
import { whereaboutsOf } from './whereabouts.ts';

const here = httpServer('http://127.0.0.1:3000/mcp');
const away = httpServer('https://mcp.example/mcp', { remote: true });
const auth = { per: 'server', grant: 'authorization_code' } as const;

test.each<[string, HttpServer, string, boolean]>([
  ['a server of this machine', here, 'http://localhost:4000/', true],
  ['a server of this machine', here, 'https://login.example/', false],
  ['a server of this machine', here, 'http://169.254.169.254/', false],
  ['a remote server', away, 'https://login.example/', true],
  ['a remote server', away, 'http://login.example/', false],
  ['a remote server', away, 'http://127.0.0.1:4000/', false],
  ['a remote server', away, 'https://localhost/', false],
  [
    'a server of this machine with a public issuer in the registry',
    { ...here, auth: { ...auth, issuer: 'https://login.example' } },
    'https://login.example/',
    true,
  ],
  [
    'a server of this machine with an issuer of this machine',
    { ...here, auth: { ...auth, issuer: 'http://127.0.0.1:4000' } },
    'https://login.example/',
    false,
  ],
])('%s %# names %s: LMCP asks there: %s', (_which, server, url, asked) => {
  expect(whereaboutsOf(server, new URL(url)) !== undefined).toBe(asked);
});

test('what a remote server names may be private only where the server itself may', () => {
  const url = new URL('https://login.example/');
  expect(whereaboutsOf(away, url)).toEqual({ loopbackOnly: true, remote: true, allowPrivate: false });
  expect(whereaboutsOf({ ...away, allowPrivate: true }, url)).toMatchObject({ allowPrivate: true });
});
