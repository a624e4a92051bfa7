import { afterAll, beforeAll, expect, test } from 'vitest';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callTool } from '../harness/rpc.ts';
import { signIn, signInWorld, stateOf, tester, type SignInWorld } from '../harness/oauth/signedIn.ts';

let world: SignInWorld;

beforeAll(async () => {
  world = await signInWorld();
  expect((await signIn(world.gateway)).status).toBe(200);
  expect((await callTool(world.gateway, tester, 'far__whoami')).text).toContain('called with');
});
afterAll(() => world[Symbol.asyncDispose]());

const refreshes = (): number =>
  world.authorizationServer.grants.filter((form) => form.get('grant_type') === 'refresh_token').length;

test('twenty calls with a token that the server takes no more are all answered, after one refresh', async () => {
  const { gateway, authorizationServer: as } = world;
  const before = refreshes();
  as.expireTokens();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => callTool(gateway, tester, 'far__whoami')),
  );
  expect(answers.filter(({ text }) => text.includes('called with'))).toHaveLength(20);
  expect(refreshes() - before).toBe(1);
});

test('a server that rejects the renewed token, too, is asked no third time', async () => {
  const { gateway, server } = world;
  const { accepts } = server;
  const before = refreshes();
  const asked = server.stub.count('/mcp');
  server.accepts = () => false;
  const { body } = await callTool(gateway, tester, 'far__whoami');
  server.accepts = accepts;
  expect(body.error).toMatchObject({ code: -32010, data: { kind: 'sign_in_needed' } });
  expect(refreshes() - before).toBe(1);
  expect(server.stub.count('/mcp') - asked).toBe(2);
  expect((await callTool(gateway, tester, 'far__whoami')).text).toContain('called with');
});

test('a revoked sign-in is over: one more request to the authorization server, then a sign-in is needed', async () => {
  const { gateway, authorizationServer: as } = world;
  as.revokeAll();
  const before = refreshes();
  for (const _ of [1, 2, 3]) {
    const { body } = await callTool(gateway, tester, 'far__whoami');
    expect(body.error).toMatchObject({ data: { kind: 'sign_in_needed' } });
  }
  expect(refreshes() - before).toBe(1);
  expect(await stateOf(gateway)).toMatchObject({
    health: { action: 'sign_in' },
    sign_in: { needed: 'sign_in', sign_ins: [] },
  });
  const steps = (await gateway.audit()).flatMap(({ event, detail }) =>
    event === 'server_sign_in' ? [detail?.['step']] : [],
  );
  expect(steps).toEqual(['begun', 'finished', 'renewed', 'renewed', 'lost']);
});

test('no token, code or verifier is in a file, in the output or in what management tells', async () => {
  const { gateway, authorizationServer: as } = world;
  const names = await readdir(gateway.folder, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile());
  expect(files.map(({ name }) => name)).toContain('sign_ins.json');
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
  );
  const all = [...texts, gateway.output, JSON.stringify(await stateOf(gateway))].join('\n');
  expect(as.secrets.size).toBeGreaterThan(6);
  expect([...as.secrets].filter((secret) => all.includes(secret))).toEqual([]);
});
