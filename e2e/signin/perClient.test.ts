import { expect, test } from 'vitest';
import { manage, managementToken } from '../harness/management.ts';
import { callTool } from '../harness/rpc.ts';
import { other, signIn, signInWorld, stateOf, tester } from '../harness/oauth/signedIn.ts';

test('with auth.per: client the token of one client is never sent for another', async () => {
  await using world = await signInWorld({ auth: { type: 'oauth', per: 'client' } });
  const { gateway, authorizationServer: as } = world;
  await signIn(gateway, { client_id: tester.id });
  const { text } = await callTool(gateway, tester, 'far__whoami');
  const [token = ''] = as.tokens.keys();
  expect(text).toContain(`called with …${token.slice(-4)}`);
  const { body } = await callTool(gateway, other, 'far__whoami');
  expect(body.error).toMatchObject({ data: { kind: 'sign_in_needed' } });
  expect(body.error?.message).toContain('lmcp login far --client other');
  expect((await stateOf(gateway)).sign_in?.sign_ins).toMatchObject([{ client_id: tester.id }]);
});

test('client_credentials sign in without a person, with the secret of the registry', async () => {
  await using world = await signInWorld({
    auth: {
      type: 'oauth',
      grant: 'client_credentials',
      client_id: 'lmcphere',
      client_secret: '${secret:FAR_SECRET}',
    },
  });
  const { gateway, authorizationServer: as } = world;
  const missing = await callTool(gateway, tester, 'far__whoami');
  expect(missing.body.error?.message).toContain('FAR_SECRET is missing');
  const path = '/management/secrets';
  await manage(gateway, managementToken, path, { body: { name: 'FAR_SECRET', value: 'opensesame1' } });
  expect((await callTool(gateway, tester, 'far__whoami')).text).toContain('called with');
  const asked = as.stub.asked.find(({ path: one }) => one === '/token');
  expect(asked?.headers.authorization).toBe(`Basic ${btoa('lmcphere:opensesame1')}`);
});
