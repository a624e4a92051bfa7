import { createHmac } from 'node:crypto';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forged, TestIssuer } from '../../gateway/src/clients/issuer/testing/testIssuer.ts';
import { Browser } from '../harness/oauth/browser.ts';
import { oidcProvider, type RunningProvider } from '../harness/oauth/oidcProvider.ts';
import { ManagedGateway, vscode, type AnyAnswer } from '../harness/management.ts';
import { post } from '../harness/rpc.ts';
import { SignInState, signInClient } from '../harness/signInClient.ts';

let managed: ManagedGateway;
let origin: string;
let provider: RunningProvider;
let stub: TestIssuer;

beforeAll(async () => {
  managed = await ManagedGateway.start();
  ({ origin } = managed.gateway);
  provider = await oidcProvider('jwt');
  stub = await TestIssuer.start();
});
afterAll(async () => {
  await managed[Symbol.asyncDispose]();
  provider.close();
  stub.close();
});
beforeEach(() => trust(provider.origin));

const map = [{ claim: 'sub', value: 'ada', client: vscode.id }];

async function trust(url: string, more: object = {}): Promise<void> {
  const { status } = await managed.apply({
    lmcp: { oauth: { issuer: { url, map, scopes: ['mcp'], ...more } } },
  });
  expect(status).toBe(200);
}

const initialize = {
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
};
const ask = (token: string, path = '/mcp'): ReturnType<typeof post> =>
  post(origin + path, JSON.stringify(initialize), { Authorization: `Bearer ${token}` });
const lastAuth = async (): Promise<object | undefined> =>
  (await managed.gateway.audit()).findLast(({ event }) => event === 'client_auth');

/** Signs an application in that knows the address alone; the person has an account at the issuer. */
async function signedIn(path = '/mcp', login = 'ada'): Promise<SignInState> {
  const state = new SignInState('Editor');
  const url = origin + path;
  const { client, transport } = signInClient(url, state);
  await expect(client.connect(transport)).rejects.toThrow(UnauthorizedError);
  const opened = state.opened?.href ?? '';
  const browser = new Browser({ login, password: 'x' });
  const answer = new URL((await browser.open(opened, state.redirectUrl)).url);
  await signInClient(url, state).transport.finishAuth(answer.searchParams.get('code') ?? '');
  return state;
}

test('an application that is given the address alone signs in at the issuer of the team', async () => {
  const state = await signedIn();
  expect(state.opened?.origin).toBe(provider.origin);
  const { client, transport } = signInClient(`${origin}/mcp`, state);
  await client.connect(transport);
  const result = await client.callTool({ name: 'plain__echo', arguments: { text: 'of the team' } });
  expect(JSON.stringify(result.content)).toContain('of the team');
  expect(await lastAuth()).toMatchObject({ client_id: vscode.id, allowed: true, detail: { subject: 'ada' } });
  await client.close();
  const written = JSON.stringify(await managed.gateway.audit()) + managed.gateway.output;
  for (const part of state.held?.access_token.split('.') ?? []) expect(written).not.toContain(part);
});

test('metadata name the issuer, and LMCP is no authorization server beside it', async () => {
  const metadata = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`);
  expect(await metadata.json()).toMatchObject({
    ...{ resource: `${origin}/mcp`, authorization_servers: [provider.origin], scopes_supported: ['mcp'] },
  });
  const challenged = await fetch(`${origin}/mcp`, { method: 'POST' });
  expect([challenged.status, challenged.headers.get('www-authenticate')]).toEqual([
    401,
    `Bearer scope="mcp", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`,
  ]);
  expect((await fetch(`${origin}/.well-known/oauth-authorization-server`)).status).toBe(404);
  for (const path of ['/oauth/register', '/oauth/token', '/oauth/revoke'])
    expect((await fetch(origin + path, { method: 'POST' })).status).toBe(404);
  const consent = await managed.ask<AnyAnswer>('/management/authorizations/request', {
    body: { request: '', issuer: origin },
  });
  expect([consent.status, consent.body.error]).toEqual([409, 'oauth_disabled']);
});

test('somebody who is no client is denied and logged, and is not sent to another sign-in', async () => {
  const state = await signedIn('/mcp', 'mallory');
  const answer = await ask(state.held?.access_token ?? '');
  expect([answer.status, answer.body.error?.code]).toEqual([200, -32001]);
  expect(answer.body.error?.message).toContain('no client of the registry is yours');
  expect(await lastAuth()).toMatchObject({
    ...{ client_id: null, allowed: false, reason: 'unknown_subject', detail: { subject: 'mallory' } },
  });
});

test('a token for one server is of no use at another, in a URL, or beside the id of another client', async () => {
  const { held } = await signedIn('/mcp/plain');
  const token = held?.access_token ?? '';
  expect((await ask(token, '/mcp/plain')).status).toBe(200);
  for (const path of ['/mcp', '/mcp/other']) expect((await ask(token, path)).status).toBe(401);
  const inUrl = await post(`${origin}/mcp/plain?token=${token}`, JSON.stringify(initialize));
  expect(inUrl.body.error?.code).toBe(-32001);
  expect((await ask(token, '/mcp/plain?client_id=codex')).body.error?.code).toBe(-32001);
  expect(await lastAuth()).toMatchObject({ reason: 'conflicting_credentials' });
});

const attacks: readonly [string, string, () => Promise<string>][] = [
  ['without a signature', 'algorithm', async () => forged(await own(), { alg: 'none' })],
  [
    'signed by the public key as if it were a shared secret',
    'algorithm',
    async () => {
      const key = JSON.stringify(stub.keys[0]);
      const header = { alg: 'HS256', kid: stub.keys[0]?.kid };
      return forged(await own(), header, (text) => createHmac('sha256', key).update(text).digest());
    },
  ],
  ['for another service', 'aud', () => own({ aud: 'https://api.example/mcp' })],
  ['for the gateway of another address', 'aud', () => own({ aud: 'http://127.0.0.1:1/mcp' })],
  ['of another issuer', 'iss', () => own({ iss: 'https://evil.example' })],
  ['that has expired', 'expired', () => own({ exp: Math.floor(Date.now() / 1000) - 120 })],
  [
    'of another issuer that calls itself ours',
    'key',
    async () => {
      const evil = await TestIssuer.start();
      const token = await evil.token({ iss: stub.url, aud: `${origin}/mcp` });
      evil.close();
      return token;
    },
  ],
];

const own = (claims: object = {}): Promise<string> => stub.token({ aud: `${origin}/mcp`, ...claims });

test.each(attacks)('a token %s gets 401, so that the application renews it', async (_what, fault, make) => {
  await trust(stub.url);
  expect((await ask(await own())).status).toBe(200);
  const answer = await ask(await make());
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('error="invalid_token"'),
  ]);
  expect(await lastAuth()).toMatchObject({ allowed: false, reason: 'invalid_token', detail: { fault } });
});

test('what is open ends with the issuer, the client, and the entry of the map', async () => {
  await trust(stub.url);
  const token = await own();
  const session = async (): Promise<string> => (await ask(token)).headers.get('mcp-session-id') ?? '';
  const isOpen = async (id: string): Promise<number> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    const headers = { Authorization: `Bearer ${token}`, 'Mcp-Session-Id': id };
    return (await post(`${origin}/mcp`, body, headers)).status;
  };
  const first = await session();
  expect(await isOpen(first)).toBe(200);
  await trust(stub.url, { map: [{ claim: 'sub', value: 'ada', client: 'codex' }] });
  expect(await isOpen(first)).toBe(404);
  const second = await session();
  await trust(provider.origin);
  await trust(stub.url, { map: [{ claim: 'sub', value: 'ada', client: 'codex' }] });
  expect(await isOpen(second)).toBe(404);
});

test('an issuer that cannot be reached costs nobody the sign-in', async () => {
  const gone = await TestIssuer.start();
  const token = await gone.token({ aud: `${origin}/mcp` });
  gone.close();
  await trust(gone.url);
  const answer = await ask(token);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
  expect(await lastAuth()).toMatchObject({ allowed: false, reason: 'issuer_unreachable' });
  // Static tokens do not need it.
  expect((await ask(vscode.token)).status).toBe(200);
});
