import { expect, test } from 'vitest';
import type { ServerAuth } from '../../registry/types.ts';
import { httpServer } from '../../upstream/testing/servers.ts';
import { documentFetch } from '../testing/documents.ts';
import { discover } from './discover.ts';

const url = 'https://mcp.example/mcp';
const resourceAt = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';
const issuer = 'https://login.example';
const issuerAt = `${issuer}/.well-known/oauth-authorization-server`;

function metadataOf(origin: string): object {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/go`,
    token_endpoint: `${origin}/t`,
    code_challenge_methods_supported: ['S256'],
  };
}

function server(auth: Partial<ServerAuth> = {}) {
  return httpServer(url, { auth: { per: 'server', grant: 'authorization_code', ...auth } });
}

test('the resource names its authorization server and its scopes; those of the challenge come first', async () => {
  const { fetch } = documentFetch({
    [resourceAt]: { resource: url, authorization_servers: [issuer], scopes_supported: ['all'] },
    [issuerAt]: metadataOf(issuer),
  });
  const found = await discover(server(), {}, fetch);
  expect(found).toMatchObject({ authorizationServer: { issuer }, resource: url, scopes: ['all'] });
  expect(await discover(server(), { scopes: ['less'] }, fetch)).toMatchObject({ scopes: ['less'] });
});

test('a challenge says where the metadata are, and nothing else is looked for', async () => {
  const elsewhere = 'https://mcp.example/meta.json';
  const { fetch, asked } = documentFetch({
    [elsewhere]: { resource: url, authorization_servers: [issuer] },
    [issuerAt]: metadataOf(issuer),
  });
  await discover(server(), { resourceMetadata: elsewhere }, fetch);
  expect(asked.map((one) => one.url)).toEqual([elsewhere, issuerAt]);
  await expect(discover(server(), { resourceMetadata: 'https://mcp.example/gone' }, fetch)).rejects.toThrow(
    'there are none',
  );
});

test('an authorization server with OpenID Connect metadata alone is found', async () => {
  const tenant = `${issuer}/tenant`;
  const { fetch } = documentFetch({
    [resourceAt]: { resource: url, authorization_servers: [tenant] },
    [`${tenant}/.well-known/openid-configuration`]: metadataOf(tenant),
  });
  expect(await discover(server(), {}, fetch)).toMatchObject({ authorizationServer: { issuer: tenant } });
});

test('a server of 2025-03-26 is its own authorization server, with its metadata or with fixed addresses', async () => {
  const origin = 'https://mcp.example';
  const own = documentFetch({ [`${origin}/.well-known/oauth-authorization-server`]: metadataOf(origin) });
  expect(await discover(server(), {}, own.fetch)).toMatchObject({
    authorizationServer: { authorization_endpoint: `${origin}/go` },
    scopes: undefined,
  });
  const none = documentFetch({});
  expect(await discover(server(), {}, none.fetch)).toMatchObject({
    authorizationServer: {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
    },
  });
});

test.each<[string, string, Partial<ServerAuth>, Record<string, unknown>]>([
  [
    'of another resource',
    'for another resource (https://bank.example)',
    {},
    { [resourceAt]: { resource: 'https://bank.example' } },
  ],
  ['that are no metadata', 'not those of RFC 9728', {}, { [resourceAt]: { resource: 1 } }],
  [
    'of an issuer that is not the one in the registry',
    'not at servers.tested.auth.issuer',
    { issuer: 'https://only.example' },
    { [resourceAt]: { resource: url, authorization_servers: [issuer] } },
  ],
  [
    'of an issuer without metadata',
    'has no metadata (RFC 8414)',
    {},
    { [resourceAt]: { resource: url, authorization_servers: [issuer] } },
  ],
  [
    'of an issuer that call it otherwise',
    'not those of the issuer',
    {},
    {
      [resourceAt]: { resource: url, authorization_servers: [issuer] },
      [issuerAt]: metadataOf('https://evil.example'),
    },
  ],
  [
    'without PKCE',
    'does not support PKCE with S256',
    {},
    {
      [resourceAt]: { resource: url, authorization_servers: [issuer] },
      [issuerAt]: { ...metadataOf(issuer), code_challenge_methods_supported: undefined },
    },
  ],
  [
    'whose page a browser would run as a script',
    'has no page',
    {},
    {
      [resourceAt]: { resource: url, authorization_servers: [issuer] },
      [issuerAt]: { ...metadataOf(issuer), authorization_endpoint: 'javascript:alert(1)' },
    },
  ],
])('metadata %s end the sign-in', async (_which, words, auth, documents) => {
  await expect(discover(server(auth), {}, documentFetch(documents).fetch)).rejects.toThrow(words);
});

test('the issuer of the registry is asked where the server names none', async () => {
  const { fetch } = documentFetch({ [issuerAt]: metadataOf(issuer) });
  expect(await discover(server({ issuer }), {}, fetch)).toMatchObject({ authorizationServer: { issuer } });
});
