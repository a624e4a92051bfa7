import { expect, test } from 'vitest';
import { callTool } from '../harness/rpc.ts';
import { signIn, signInWorld, stateOf, tester } from '../harness/oauth/signedIn.ts';

test('status, doctor and interface tell that a sign-in ends before it does, and name the way out', async () => {
  await using world = await signInWorld();
  const { gateway, authorizationServer: as } = world;
  const told = async (): Promise<string[]> =>
    Promise.all([
      gateway.cli('status').then(({ stdout }) => stdout),
      gateway.cli('doctor').then(({ stdout, stderr }) => stdout + stderr),
      stateOf(gateway).then(({ health }) => health.summary),
    ]);
  // Ten minutes, and nothing to renew it with.
  as.behaviour = { expiresIn: 600, withoutRefresh: true };
  expect((await signIn(gateway)).status).toBe(200);
  expect((await callTool(gateway, tester, 'far__whoami')).text).toContain('called with');
  for (const text of await told()) {
    expect(text).toMatch(/The sign-in ends at \d{4}-\d\d-\d\dT[\d:.]+Z and cannot be renewed/);
    expect(text).toContain('lmcp login far');
  }
  // One that lasts, or is renewed, is nothing to tell of.
  for (const behaviour of [{ withoutRefresh: true }, { expiresIn: 600 }] as const) {
    as.behaviour = behaviour;
    expect((await signIn(gateway)).status).toBe(200);
    for (const text of await told()) expect(text).not.toContain('The sign-in ends');
  }
  // One that is over.
  as.behaviour = { withoutRefresh: true };
  expect((await signIn(gateway)).status).toBe(200);
  as.expireTokens();
  expect((await callTool(gateway, tester, 'far__whoami')).text).toContain('sign_in_needed');
  for (const text of await told()) expect(text).toContain('Sign-in needed: lmcp login far');
});
