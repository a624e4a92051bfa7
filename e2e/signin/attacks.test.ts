import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import { Browser } from '../harness/oauth/browser.ts';
import { sendJson, type Asked } from '../harness/oauth/httpStub.ts';
import { manage, managementToken } from '../harness/management.ts';
import { post } from '../harness/rpc.ts';
import {
  begin,
  progress,
  signIn,
  signInWorld,
  stateOf,
  tester,
  type SignInWorld,
} from '../harness/oauth/signedIn.ts';

let world: SignInWorld;

beforeAll(async () => {
  world = await signInWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(async () => {
  world.authorizationServer.behaviour = {};
  world.server.metadata = {};
  expect((await stateOf(world.gateway)).sign_in?.sign_ins).toEqual([]);
});

/** What LMCP says when it is asked to begin. */
async function rejection(): Promise<string> {
  const path = '/management/servers/far/sign-in';
  const { status, body } = await manage(world.gateway, managementToken, path, { body: {} });
  expect([status, body.error]).toEqual([409, 'sign_in_failed']);
  return String(body['message']);
}

const tokenRequests = (): number => world.authorizationServer.stub.count('/token');

test('mix-up: a redirect of another issuer, or of none, is exchanged nowhere', async () => {
  for (const iss of ['https://other.example', undefined]) {
    world.authorizationServer.behaviour = { redirect: { iss } };
    const before = tokenRequests();
    expect((await signIn(world.gateway)).status).toBe(400);
    expect(tokenRequests()).toBe(before);
  }
});

test('a redirect with another state is of no sign-in', async () => {
  world.authorizationServer.behaviour = { redirect: { state: 'of-somebody-else' } };
  const before = tokenRequests();
  const { sign_in_id: id, url } = await begin(world.gateway);
  const page = await new Browser().open(url ?? '');
  expect(page.text).toContain('not known');
  expect(tokenRequests()).toBe(before);
  expect((await progress(world.gateway, id)).state).toBe('pending');
});

test('code injection: the code of another sign-in does not fit the verifier of this one', async () => {
  const [mine, theirs] = [await begin(world.gateway), await begin(world.gateway)];
  const redirectOf = async (url: string): Promise<URL> =>
    new URL((await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '');
  const [own, foreign] = [await redirectOf(mine.url ?? ''), await redirectOf(theirs.url ?? '')];
  own.searchParams.set('code', foreign.searchParams.get('code') ?? '');
  const answer = await fetch(own);
  expect(answer.status).toBe(400);
  const text = await answer.text();
  expect(text).toContain('invalid_grant');
  expect([...world.authorizationServer.secrets].filter((secret) => text.includes(secret))).toEqual([]);
});

test('audience confusion: metadata of another resource end the sign-in', async () => {
  world.server.metadata = { resource: 'https://bank.example/api' };
  expect(await rejection()).toContain('another resource (https://bank.example)');
});

test('metadata of another issuer, without PKCE, or with a page that is none end it', async () => {
  const { authorizationServer: as } = world;
  for (const [metadata, words] of [
    [{ issuer: 'https://other.example' }, 'not those of the issuer'],
    [{ code_challenge_methods_supported: ['plain'] }, 'does not support PKCE'],
    [{ authorization_endpoint: 'javascript:alert(1)' }, 'no page'],
  ] as const) {
    as.behaviour = { metadata };
    expect(await rejection()).toContain(words);
  }
});

test('a server of this machine cannot have LMCP ask the internet or the metadata service of a cloud', async () => {
  for (const origin of ['https://login.example.com', 'http://169.254.169.254', 'https://10.0.0.1']) {
    world.server.metadata = { authorization_servers: [origin] };
    expect(await rejection()).toContain(`names ${origin} for its sign-in: LMCP does not contact`);
  }
});

test('token passthrough: what a client shows LMCP reaches neither the server nor its authorization server', async () => {
  const { gateway, server, authorizationServer: as } = world;
  const before = server.stub.count('/mcp');
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'far__whoami' } };
  const { body } = await post(`${gateway.origin}/mcp`, JSON.stringify(call), {
    Authorization: `Bearer ${tester.token}`,
  });
  expect(body.error).toMatchObject({ data: { kind: 'sign_in_needed' } });
  await begin(gateway);
  expect(server.stub.count('/mcp')).toBeGreaterThan(before);
  const sent = JSON.stringify([server.stub.asked, as.stub.asked]);
  expect(sent).not.toContain(tester.token);
});

test('huge metadata are not read to their end', async () => {
  world.authorizationServer.behaviour = {
    first: ({ path }: Asked, response: ServerResponse) => {
      if (!path.startsWith('/.well-known/')) return false;
      sendJson(response, 200, { issuer: 'x'.repeat(1_000_000) });
      return true;
    },
  };
  expect(await rejection()).toContain('more than 262144 bytes');
});

test('metadata and tokens are taken from no place that an answer redirects to', async () => {
  const { authorizationServer: as, server } = world;
  const redirected = (wanted: string) => ({
    first: ({ path }: Asked, response: ServerResponse) => {
      if (!path.startsWith(wanted)) return false;
      response.writeHead(307, { Location: `${server.stub.origin}/stolen` }).end();
      return true;
    },
  });
  as.behaviour = redirected('/.well-known/');
  expect(await rejection()).toContain('has no metadata');
  as.behaviour = redirected('/token');
  expect((await signIn(world.gateway)).status).toBe(400);
  expect(server.stub.count('/stolen')).toBe(0);
});

test('the page that ends a sign-in repeats nothing of its address', async () => {
  const markup = '<script>alert(1)</script>';
  const address = `${world.gateway.origin}/oauth/callback?state=x&error=${encodeURIComponent(markup)}`;
  const answer = await fetch(address);
  expect(await answer.text()).not.toContain('alert(1)');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
});
