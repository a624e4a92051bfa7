import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ManagedGateway, codex, vscode, type AnyAnswer } from '../harness/management.ts';
import { SignInState, signInClient } from '../harness/signInClient.ts';

let managed: ManagedGateway;
let origin: string;

beforeAll(async () => {
  managed = await ManagedGateway.start();
  ({ origin } = managed.gateway);
});
afterAll(() => managed[Symbol.asyncDispose]());
beforeEach(async () => {
  await managed.apply({ lmcp: { oauth: true } });
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(origin + path, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(body),
  });
const form = (path: string, fields: Record<string, string>): Promise<Response> =>
  fetch(origin + path, { method: 'POST', body: new URLSearchParams(fields) });
const initialize = {
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
};

/** What the consent page asks when the person allows it. */
async function approve(opened: URL, chosen: object = {}): Promise<URL> {
  const { status, body } = await managed.ask<AnyAnswer>('/management/authorizations/approve', {
    body: {
      request: opened.search.slice(1),
      issuer: opened.origin,
      ...{ client_id: vscode.id, new_client: false, days: 30, ...chosen },
    },
  });
  expect([status, body.error]).toEqual([200, undefined]);
  return new URL(String(body['redirect_to']));
}

/** An application that has registered and opened the consent page. */
async function opened(path = '/mcp', name = 'Editor'): Promise<{ state: SignInState; url: string }> {
  const state = new SignInState(name);
  const url = origin + path;
  const { client, transport } = signInClient(url, state);
  await expect(client.connect(transport)).rejects.toThrow(UnauthorizedError);
  return { state, url };
}

async function signedIn(path = '/mcp', chosen: object = {}): Promise<SignInState> {
  const { state, url } = await opened(path);
  const answer = await approve(state.opened!, chosen);
  await signInClient(url, state).transport.finishAuth(answer.searchParams.get('code')!);
  return state;
}

const bearer = (state: SignInState): Record<string, string> => ({
  Authorization: `Bearer ${state.held!.access_token}`,
});

/** With PKCE by hand. */
async function registered(redirect = 'http://127.0.0.1:9/callback') {
  const answer = await post('/oauth/register', { client_name: 'By hand', redirect_uris: [redirect] });
  const { client_id: appId } = (await answer.json()) as { client_id: string };
  const verifier = 'v'.repeat(50);
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: appId,
    redirect_uri: redirect,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const consent = new URL(`/ui/authorize?${request.toString()}`, origin);
  const exchange = (code: string, change: Record<string, string> = {}): Promise<Response> =>
    form('/oauth/token', {
      ...{ grant_type: 'authorization_code', client_id: appId, code, code_verifier: verifier },
      ...{ redirect_uri: redirect, ...change },
    });
  return { appId, request, consent, exchange };
}

const steps = async (): Promise<unknown[]> =>
  (await managed.gateway.audit())
    .filter(({ event }) => event === 'client_authorization')
    .map(({ detail, reason, client_id }) => [detail?.['step'] ?? reason, client_id]);

test('an application that is given the address alone signs in, lists and calls as the chosen client', async () => {
  const before = (await steps()).length;
  const { state, url } = await opened();
  expect(state.opened!.pathname).toBe('/ui/authorize');
  const view = await managed.ask<AnyAnswer>('/management/authorizations/request', {
    body: { request: state.opened!.search.slice(1), issuer: origin },
  });
  expect(view.body).toMatchObject({ app_name: 'Editor', redirect_kind: 'loopback', audience: '/mcp' });
  const answer = await approve(state.opened!);
  expect(answer.origin + answer.pathname).toBe('http://127.0.0.1:9/callback');
  expect([answer.searchParams.get('state'), answer.searchParams.get('iss')]).toEqual(['state-1', origin]);
  await signInClient(url, state).transport.finishAuth(answer.searchParams.get('code')!);
  const { client, transport } = signInClient(url, state);
  await client.connect(transport);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('plain__echo');
  const result = await client.callTool({ name: 'plain__echo', arguments: { text: 'signed in' } });
  expect(JSON.stringify(result.content)).toContain('signed in');
  await client.close();
  expect((await steps()).slice(before)).toEqual([
    ...[
      ['registered', null],
      ['approved', vscode.id],
      ['issued', vscode.id],
    ],
  ]);
  const called = (await managed.gateway.audit()).findLast(({ event }) => event === 'tool_result');
  expect(called?.client_id).toBe(vscode.id);
  const written = JSON.stringify(await managed.gateway.audit()) + managed.gateway.output;
  const { access_token: access, refresh_token: refresh } = state.held!;
  for (const secret of [access, refresh!, answer.searchParams.get('code')!])
    expect(written).not.toContain(secret.slice(8));
});

test('an application that has the name of a known one is proposed its client, a web site is not', async () => {
  await signedIn('/mcp', { client_id: vscode.id });
  const proposed = async (redirect: string): Promise<unknown> => {
    const answer = await post('/oauth/register', { client_name: 'Editor', redirect_uris: [redirect] });
    const { client_id } = (await answer.json()) as { client_id: string };
    const request = new URLSearchParams({
      ...{ response_type: 'code', client_id, redirect_uri: redirect },
      ...{ code_challenge: 'c'.repeat(43), code_challenge_method: 'S256' },
    });
    const { body } = await managed.ask<AnyAnswer>('/management/authorizations/request', {
      body: { request: request.toString(), issuer: origin },
    });
    return body['suggested_client_id'];
  };
  expect(await proposed('http://127.0.0.1:8/callback')).toBe(vscode.id);
  expect(await proposed('https://editor.example/callback')).toBeNull();
});

test('a new client is added without a token and without any grant', async () => {
  const state = await signedIn('/mcp', { client_id: 'fresh', new_client: true });
  expect((await managed.fileData()).clients['fresh']).toEqual({ allow_servers: [], tools: 'auto' });
  const { client, transport } = signInClient(`${origin}/mcp`, state);
  await client.connect(transport);
  expect((await client.listTools()).tools).toEqual([]);
  await client.close();
  const again = await managed.ask<AnyAnswer>('/management/authorizations/approve', {
    body: {
      ...{ request: state.opened!.search.slice(1), issuer: origin },
      ...{ client_id: 'fresh', new_client: true, days: null },
    },
  });
  expect([again.status, again.body.error]).toEqual([409, 'client_exists']);
});

test('an application renews its tokens by itself once they are no longer accepted', async () => {
  const state = await signedIn();
  const old = state.held!;
  state.held = { ...old, access_token: 'lmcp_at_of-an-hour-ago' };
  const { client, transport } = signInClient(`${origin}/mcp`, state);
  await client.connect(transport);
  expect((await client.listTools()).tools.length).toBeGreaterThan(0);
  expect(state.held.access_token).not.toBe(old.access_token);
  expect(state.held.refresh_token).not.toBe(old.refresh_token);
  await client.close();
});

test('revoking ends the tokens and the session immediately, by the administrator and by the application', async () => {
  const state = await signedIn();
  const { client, transport } = signInClient(`${origin}/mcp`, state);
  await client.connect(transport);
  const list = await managed.ask<{ authorizations: { authorization_id: string; last_used_at: number }[] }>(
    '/management/authorizations',
  );
  const [newest] = list.body.authorizations;
  expect(newest?.last_used_at).toBeGreaterThan(0);
  const path = `/management/authorizations/${newest!.authorization_id}`;
  expect((await managed.ask(path, { method: 'DELETE' })).status).toBe(200);
  expect((await managed.ask(path, { method: 'DELETE' })).status).toBe(404);
  const denied = await post('/mcp', initialize, bearer(state));
  expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('error="invalid_token"'),
  ]);
  const renewal = await form('/oauth/token', {
    ...{ grant_type: 'refresh_token', refresh_token: state.held!.refresh_token! },
    client_id: state.registration!.client_id,
  });
  expect([renewal.status, await renewal.json()]).toEqual([
    400,
    expect.objectContaining({ error: 'invalid_grant' }),
  ]);
  await client.close().catch(() => undefined);

  const other = await signedIn();
  expect((await form('/oauth/revoke', { token: other.held!.refresh_token! })).status).toBe(200);
  expect((await post('/mcp', initialize, bearer(other))).status).toBe(401);
  expect((await form('/oauth/revoke', { token: 'unknown' })).status).toBe(200);
});

test('a client that leaves the registry takes its applications with it, also where its name comes back', async () => {
  const state = await signedIn('/mcp', { client_id: 'leaving', new_client: true });
  expect((await post('/mcp', initialize, bearer(state))).status).toBe(200);
  await managed.apply({ clients: { leaving: null } });
  expect((await post('/mcp', initialize, bearer(state))).status).toBe(401);
  await managed.apply({ clients: { leaving: { allow_servers: ['plain'] } } });
  expect((await post('/mcp', initialize, bearer(state))).status).toBe(401);
});

test('asks only requests without credentials to sign in; a wrong token gets the readable error', async () => {
  const none = await post('/mcp', initialize);
  expect([none.status, none.headers.get('www-authenticate')]).toEqual([
    401,
    `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`,
  ]);
  const wrong = await post('/mcp', initialize, { Authorization: 'Bearer of-nobody-at-all' });
  expect([wrong.status, await wrong.json()]).toEqual([
    200,
    expect.objectContaining({ id: 1, error: expect.objectContaining({ code: -32001 }) as object }),
  ]);
  expect((await post(`/mcp?client_id=${codex.id}&token=${codex.token}`, initialize)).status).toBe(200);
});

test('while lmcp.oauth is off none of it exists, and tokens that were issued are not accepted', async () => {
  const state = await signedIn();
  await managed.apply({ lmcp: { oauth: false } });
  const none = await post('/mcp', initialize);
  expect([none.status, none.headers.get('www-authenticate')]).toEqual([200, null]);
  for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource/mcp'])
    expect((await fetch(origin + path)).status).toBe(404);
  for (const path of ['/oauth/register', '/oauth/token', '/oauth/revoke'])
    expect((await post(path, {})).status).toBe(404);
  expect((await post('/mcp', initialize, bearer(state))).status).toBe(401);
  const refused = await managed.ask<AnyAnswer>('/management/authorizations/request', {
    body: { request: state.opened!.search.slice(1), issuer: origin },
  });
  expect([refused.status, refused.body.error]).toEqual([409, 'oauth_disabled']);
});

test('rejects a token for one server anywhere else, and in a URL', async () => {
  const state = await signedIn('/mcp/plain');
  expect((await post('/mcp/plain', initialize, bearer(state))).status).toBe(200);
  for (const path of ['/mcp', '/mcp/other'])
    expect((await post(path, initialize, bearer(state))).status).toBe(401);
  const { access_token: token } = state.held!;
  expect((await post(`/mcp/plain?token=${token}`, initialize)).status).toBe(401);
});

test('consent needs the administrator: a page without the token gets nothing', async () => {
  const { consent } = await registered();
  const body = {
    request: consent.search.slice(1),
    issuer: origin,
    client_id: vscode.id,
    new_client: false,
    days: 1,
  };
  for (const headers of [{}, { Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])
    expect((await post('/management/authorizations/approve', body, headers)).status).toBe(403);
  const page = await fetch(`${origin}/ui/authorize`);
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
});

test.each([
  ['an answer at an address that is not registered', { redirect_uri: 'https://evil.example/' }],
  ['an application that did not register here', { client_id: 'lmcp_app_made-up.x' }],
  ['no PKCE', { code_challenge_method: 'plain' }],
  ['a token for another service', { resource: 'https://api.example/mcp' }],
])('a request for %s is denied, and nobody is sent anywhere', async (_what, change) => {
  const { request } = await registered();
  const changed = new URLSearchParams({ ...Object.fromEntries(request), ...change });
  const { status, body } = await managed.ask<AnyAnswer>('/management/authorizations/approve', {
    body: {
      ...{ request: changed.toString(), issuer: origin },
      ...{ client_id: vscode.id, new_client: false, days: 1 },
    },
  });
  expect([status, body.error, body['redirect_to']]).toEqual([
    400,
    'invalid_authorization_request',
    undefined,
  ]);
});

test('the issuer of an answer is this gateway, whatever the page says', async () => {
  const { request } = await registered();
  const { status } = await managed.ask<AnyAnswer>('/management/authorizations/deny', {
    body: { request: request.toString(), issuer: 'https://evil.example' },
  });
  expect(status).toBe(400);
});

test('logs a denial and returns it to the application', async () => {
  const { request } = await registered();
  const { body } = await managed.ask<AnyAnswer>('/management/authorizations/deny', {
    body: { request: request.toString(), issuer: origin },
  });
  expect(new URL(String(body['redirect_to'])).searchParams.get('error')).toBe('access_denied');
  expect((await steps()).at(-1)).toEqual(['denied', null]);
});

test('rejects a stolen code without its verifier; a second use revokes the tokens of the first', async () => {
  const mine = await registered();
  const stolen = (await approve(mine.consent)).searchParams.get('code')!;
  const thief = await registered('http://127.0.0.1:10/callback');
  const tried = await thief.exchange(stolen);
  expect([tried.status, ((await tried.json()) as AnyAnswer).error]).toEqual([400, 'invalid_grant']);

  const code = (await approve(mine.consent)).searchParams.get('code')!;
  const first = await mine.exchange(code);
  const { access_token: access } = (await first.json()) as { access_token: string };
  const headers = { Authorization: `Bearer ${access}` };
  expect((await post('/mcp', initialize, headers)).status).toBe(200);
  expect((await mine.exchange(code)).status).toBe(400);
  expect((await post('/mcp', initialize, headers)).status).toBe(401);
  expect((await steps()).at(-1)).toEqual(['token_reused', vscode.id]);

  const other = (await approve(mine.consent)).searchParams.get('code')!;
  const elsewhere = await mine.exchange(other, { resource: `${origin}/mcp/plain` });
  expect(((await elsewhere.json()) as AnyAnswer).error).toBe('invalid_target');
});

test('metadata names this gateway as it was reached', async () => {
  const read = async (path: string, host = origin): Promise<AnyAnswer> =>
    (await (await fetch(host + path)).json()) as AnyAnswer;
  const local = origin.replace('127.0.0.1', 'localhost');
  for (const host of [origin, local]) {
    expect(await read('/.well-known/oauth-authorization-server', host)).toMatchObject({
      issuer: host,
      authorization_endpoint: `${host}/ui/authorize`,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
    });
    expect(await read('/.well-known/oauth-protected-resource/mcp/plain', host)).toMatchObject({
      resource: `${host}/mcp/plain`,
      authorization_servers: [host],
    });
  }
  expect(await read('/.well-known/oauth-protected-resource')).toMatchObject({ resource: `${origin}/mcp` });
});

test('an application that renews again and again is slowed down, and does not fill the log', async () => {
  const before = (await steps()).length;
  const { appId, consent, exchange } = await registered();
  const code = (await approve(consent)).searchParams.get('code') ?? '';
  let { refresh_token: refresh } = (await (await exchange(code)).json()) as { refresh_token: string };
  const statuses: number[] = [];
  for (let times = 0; times < 45; times++) {
    const fields = { grant_type: 'refresh_token', client_id: appId, refresh_token: refresh };
    const answer = await form('/oauth/token', fields);
    statuses.push(answer.status);
    if (answer.ok) ({ refresh_token: refresh } = (await answer.json()) as { refresh_token: string });
    else expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  }
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  const renewed = (await steps())
    .slice(before)
    .filter((step) => isDeepStrictEqual(step, ['renewed', vscode.id]));
  expect(renewed).toHaveLength(statuses.filter((status) => status === 200).length);
  expect(renewed.length).toBeLessThan(45);
});

test('registrations are limited, and a malformed one says what is wrong', async () => {
  const wrong = await post('/oauth/register', { redirect_uris: ['http://evil.example/'] });
  expect([wrong.status, await wrong.json()]).toEqual([
    400,
    expect.objectContaining({ error: 'invalid_redirect_uri' }),
  ]);
  expect((await post('/oauth/register', { redirect_uris: ['x'.repeat(20_000)] })).status).toBe(400);
  const statuses: number[] = [];
  for (let times = 0; times < 40; times++) statuses.push((await post('/oauth/register', {})).status);
  expect(statuses).toContain(429);
});
