import { expect, test } from 'vitest';
import { Browser } from '../harness/oauth/browser.ts';
import { manage, managementToken } from '../harness/management.ts';
import { protectedServer } from '../harness/oauth/protectedServer.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import { begin, progress, signIn, signInWorld, stateOf, tester } from '../harness/oauth/signedIn.ts';

test('a person signs in once, and calls carry the token from then on', async () => {
  await using world = await signInWorld();
  const { gateway, authorizationServer: as } = world;
  const before = await callTool(gateway, tester, 'far__whoami');
  expect(before.body.error).toMatchObject({ code: -32010, data: { kind: 'sign_in_needed' } });
  expect(before.body.error?.message).toContain('lmcp login far');
  expect(await stateOf(gateway)).toMatchObject({
    health: { level: 'decision', action: 'sign_in' },
    sign_in: { uses: 'server', needed: 'sign_in', sign_ins: [] },
  });
  const { sign_in_id: id, url } = await begin(gateway);
  expect(await progress(gateway, id)).toMatchObject({ state: 'pending' });
  const page = await new Browser().open(url ?? '');
  expect(page).toMatchObject({ status: 200 });
  expect(page.text).toContain('LMCP is signed in to server far');
  expect(await progress(gateway, id)).toEqual({ ok: true, state: 'done', message: null });
  const after = await callTool(gateway, tester, 'far__whoami');
  expect(after.text).toContain('called with');
  expect(await toolNames(gateway, tester)).toContain('far__whoami');
  expect(await stateOf(gateway)).toMatchObject({
    health: { level: 'ok' },
    sign_in: { needed: null, sign_ins: [{ client_id: null, issuer: as.origin, renews: true }] },
  });
});

test('a redirect is taken once, and one that belongs to no sign-in is not', async () => {
  await using world = await signInWorld();
  const { gateway, authorizationServer: as } = world;
  const { url } = await begin(gateway);
  const redirect = (await fetch(url ?? '', { redirect: 'manual' })).headers.get('location') ?? '';
  expect((await fetch(redirect)).status).toBe(200);
  const again = await fetch(redirect);
  expect(again.status).toBe(400);
  expect(await again.text()).toContain('finished before');
  expect((await fetch(`${gateway.origin}/oauth/callback?code=x&state=y`)).status).toBe(400);
  expect(as.grants.filter((form) => form.get('grant_type') === 'authorization_code')).toHaveLength(1);
});

test('a token is sent to the URL that it was given for, and to no other that the server has later', async () => {
  await using world = await signInWorld();
  const { gateway, server } = world;
  expect((await signIn(gateway)).status).toBe(200);
  const elsewhere = await protectedServer('http://127.0.0.1:1', () => true);
  using _ = { [Symbol.dispose]: () => elsewhere.stub.close() };
  const moveTo = (url: string) =>
    manage(gateway, managementToken, '/registry/apply', { body: { patch: { servers: { far: { url } } } } });
  expect((await moveTo(elsewhere.url)).body).toMatchObject({ applied: true });
  const { body } = await callTool(gateway, tester, 'far__whoami');
  expect(body.error).toMatchObject({ data: { kind: 'sign_in_needed' } });
  expect(elsewhere.stub.count('/mcp')).toBeGreaterThan(0);
  expect(elsewhere.stub.asked.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  await moveTo(server.url);
  expect((await callTool(gateway, tester, 'far__whoami')).text).toContain('called with');
});

test('signing out revokes both tokens, and the next call needs a sign-in again', async () => {
  await using world = await signInWorld();
  const { gateway, authorizationServer: as } = world;
  expect((await signIn(gateway)).status).toBe(200);
  const out = await gateway.cli('logout', 'far');
  expect(out.stderr).toContain('its tokens are revoked');
  expect(as.revoked).toHaveLength(2);
  const { body } = await callTool(gateway, tester, 'far__whoami');
  expect(body.error).toMatchObject({ data: { kind: 'sign_in_needed' } });
});
