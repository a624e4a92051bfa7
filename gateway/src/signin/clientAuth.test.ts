import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { expect, test } from 'vitest';
import { httpServer } from '../upstream/testing/servers.ts';
import { clientAuth, methodFor } from './clientAuth.ts';
import type { RegisteredClient } from './store/signInRecord.ts';

const as = { issuer: 'https://login.example' };
const url = 'https://mcp.example/mcp';

async function sent(
  client: RegisteredClient,
  clientKey?: string,
): Promise<{ headers: Headers; body: URLSearchParams }> {
  const auth = {
    per: 'server',
    grant: 'client_credentials',
    ...(clientKey !== undefined && { clientKey }),
  } as const;
  const authenticate = await clientAuth(httpServer(url, { auth }), client, (_server, reference) =>
    Promise.resolve(reference),
  );
  const [headers, body] = [new Headers(), new URLSearchParams()];
  await authenticate(as, { client_id: client.clientId }, body, headers);
  return { headers, body };
}

test.each([
  ['an-id.of_mine', 's-e.c_ret', 'an-id.of_mine:s-e.c_ret'],
  ['an id:of mine', 'a/b+c=é', 'an+id%3Aof+mine:a%2Fb%2Bc%3D%C3%A9'],
])(
  'client %s is sent with its secret by Basic, escaped only where it has to be',
  async (clientId, clientSecret, plain) => {
    const { headers } = await sent({ clientId, clientSecret, method: 'client_secret_basic' });
    expect(headers.get('authorization')).toBe(`Basic ${btoa(plain)}`);
  },
);

test('a secret in the body is in no header, and a client without one has none', async () => {
  const posted = await sent({ clientId: 'c', clientSecret: 's', method: 'client_secret_post' });
  expect([...posted.headers]).toEqual([]);
  expect(Object.fromEntries(posted.body)).toEqual({ client_id: 'c', client_secret: 's' });
  const open = await sent({ clientId: 'c', method: 'none' });
  expect(Object.fromEntries(open.body)).toEqual({ client_id: 'c' });
});

test.each([
  ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ES384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['Ed25519', () => generateKeyPairSync('ed25519')],
] satisfies [string, () => KeyPairKeyObjectResult][])(
  'a private key signs an assertion by %s',
  async (algorithm, pair) => {
    const pem = pair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    // On one line, as a secret may be written.
    const { body } = await sent(
      { clientId: 'c', method: 'private_key_jwt' },
      pem.replaceAll('\n', String.raw`\n`),
    );
    expect(body.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const [header = '', payload = ''] = (body.get('client_assertion') ?? '').split('.');
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(read(header)).toMatchObject({ alg: algorithm });
    expect(read(payload)).toMatchObject({ iss: 'c', sub: 'c', aud: as.issuer });
  },
);

test.each([
  'nothing',
  generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
])('what is no key to sign with is not repeated in the error', async (key) => {
  const failure = sent({ clientId: 'c', method: 'private_key_jwt' }, key);
  await expect(failure).rejects.toThrow('servers.tested.auth.client_key is not a private key');
  await expect(failure).rejects.not.toThrow(key);
});

test('LMCP proves who it is by what it has, in a way that the authorization server takes', () => {
  const auth = { per: 'server', grant: 'authorization_code' } as const;
  const supported = (...methods: string[]) => ({ ...as, token_endpoint_auth_methods_supported: methods });
  expect(methodFor({ auth }, as)).toBe('none');
  expect(methodFor({ auth: { ...auth, clientKey: 'k' } }, as)).toBe('private_key_jwt');
  expect(methodFor({ auth: { ...auth, clientSecret: 's' } }, as)).toBe('client_secret_basic');
  expect(methodFor({ auth: { ...auth, clientSecret: 's' } }, supported('client_secret_post'))).toBe(
    'client_secret_post',
  );
});
