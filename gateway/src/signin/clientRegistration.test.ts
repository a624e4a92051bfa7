import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { silentLogger } from '../logger.ts';
import type { ServerAuth } from '../registry/types.ts';
import { httpServer } from '../upstream/testing/servers.ts';
import { clientFor } from './clientRegistration.ts';
import { SignInStore } from './store/signInStore.ts';
import { documentFetch } from './testing/documents.ts';

const redirectUri = 'http://127.0.0.1:7345/oauth/callback';
const as = { issuer: 'https://login.example', registration_endpoint: 'https://login.example/register' };
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newStore(): SignInStore {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-registration-'));
  folders.push(folder);
  const key = () => Promise.resolve(new Uint8Array(32));
  return new SignInStore({ registryPath: join(folder, 'registry.yaml'), key, logger: silentLogger });
}

function server(auth: Partial<ServerAuth> = {}) {
  return httpServer('https://mcp.example/mcp', {
    auth: { per: 'server', grant: 'authorization_code', ...auth },
  });
}

test('LMCP registers itself once, and is known by that from then on', async () => {
  const store = newStore();
  const { fetch, asked } = documentFetch({ [as.registration_endpoint]: { client_id: 'given' } }, 201);
  const parts = { store, fetch };
  const given = { clientId: 'given', method: 'none' };
  expect(await clientFor(server(), as, redirectUri, parts)).toEqual(given);
  expect(await clientFor(server(), as, redirectUri, parts)).toEqual(given);
  expect(asked).toHaveLength(1);
  expect(JSON.parse(asked[0]?.options.body ?? '')).toMatchObject({
    redirect_uris: [redirectUri],
    application_type: 'native',
    token_endpoint_auth_method: 'none',
  });
});

test('a secret whose end is not said is taken, though RFC 7591 requires it', async () => {
  const made = {
    client_id: 'given',
    client_secret: 'kept',
    token_endpoint_auth_method: 'client_secret_post',
  };
  const { fetch } = documentFetch({ [as.registration_endpoint]: made }, 201);
  expect(await clientFor(server(), as, redirectUri, { store: newStore(), fetch })).toEqual({
    clientId: 'given',
    clientSecret: 'kept',
    method: 'client_secret_post',
  });
});

test('a metadata document is used where the authorization server takes one, and else not', async () => {
  const clientMetadataUrl = 'https://example.com/lmcp/client.json';
  const { fetch, asked } = documentFetch({ [as.registration_endpoint]: { client_id: 'given' } }, 201);
  const parts = { store: newStore(), fetch };
  const knows = { ...as, client_id_metadata_document_supported: true };
  expect(await clientFor(server({ clientMetadataUrl }), knows, redirectUri, parts)).toEqual({
    clientId: clientMetadataUrl,
    method: 'none',
  });
  expect(asked).toEqual([]);
  expect(await clientFor(server({ clientMetadataUrl }), as, redirectUri, parts)).toMatchObject({
    clientId: 'given',
  });
});

test('where LMCP cannot register itself, the error says what to register', async () => {
  const { fetch } = documentFetch({});
  const failure = clientFor(server(), { issuer: as.issuer }, redirectUri, { store: newStore(), fetch });
  await expect(failure).rejects.toThrow(redirectUri);
  await expect(failure).rejects.toThrow('servers.tested.auth: {type: oauth, client_id: …}');
});

test('the client of the registry is used as it is', async () => {
  const { fetch, asked } = documentFetch({});
  const parts = { store: newStore(), fetch };
  expect(await clientFor(server({ clientId: 'mine' }), as, redirectUri, parts)).toEqual({
    clientId: 'mine',
    method: 'none',
  });
  expect(asked).toEqual([]);
});
