import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { until } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { protectedServer } from '../harness/oauth/protectedServer.ts';
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
      issuer: 'ISSUER',
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

  const [old = ''] = as.tokens.keys();
  const elsewhere = await protectedServer(as.origin, () => true);
  using _ = { [Symbol.dispose]: () => elsewhere.stub.close() };
  const text = await gateway.registryText();
  await writeFile(gateway.registryPath, text.replaceAll(world.server.url, elsewhere.url));
  await until('the server is called at its new address', async () => {
    const { text: answer } = await callTool(gateway, tester, 'far__whoami');
    return answer.includes('called with') && elsewhere.stub.count('/mcp') > 0;
  });
  const sent = elsewhere.stub.asked.map(({ headers }) => headers.authorization);
  expect(sent).not.toContain(`Bearer ${old}`);
  expect(sent.at(-1)).toBe(`Bearer ${[...as.tokens.keys()].at(-1)}`);
});
