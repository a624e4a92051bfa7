import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DemoInMemoryAuthProvider } from '@modelcontextprotocol/sdk/examples/server/demoInMemoryOAuthProvider.js';
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { expect, test } from 'vitest';
import { Browser } from '../harness/oauth/browser.ts';
import { oidcProvider } from '../harness/oauth/oidcProvider.ts';
import { begin, signInWorld, stateOf, tester } from '../harness/oauth/signedIn.ts';
import { managementToken, manage } from '../harness/management.ts';
import { callTool } from '../harness/rpc.ts';

test('LMCP signs in at a certified authorization server, renews its tokens there, and revokes them', async () => {
  await using world = await signInWorld({
    auth: { type: 'oauth', scopes: ['openid', 'offline_access', 'mcp'] },
  });
  const { gateway, server } = world;
  const provider = await oidcProvider();
  using _ = { [Symbol.dispose]: () => provider.close() };
  server.metadata = { authorization_servers: [provider.origin] };
  server.accepts = (token, resource) => provider.accepts(token, resource);
  const page = await new Browser().open((await begin(gateway)).url ?? '');
  expect(page.text).toContain('LMCP is signed in to server far');
  expect((await callTool(gateway, tester, 'far__whoami')).text).toContain('called with');
  const { sign_in: state } = await stateOf(gateway);
  expect(state?.sign_ins).toMatchObject([{ account: 'ada', renews: true, scopes: ['mcp'] }]);
  // Its tokens live for a minute, and the server takes none of them any more.
  const first = server.accepts;
  const refused = new Set<string>();
  server.accepts = (token, resource) => {
    if (refused.size === 0) refused.add(token);
    return refused.has(token) ? false : first(token, resource);
  };
  expect((await callTool(gateway, tester, 'far__whoami')).text).toContain('called with');
  expect(provider.granted).toEqual(['authorization_code', 'refresh_token']);
  const path = '/management/servers/far/sign-out';
  expect((await manage(gateway, managementToken, path, { body: {} })).body).toMatchObject({
    ended: true,
    revoked: true,
  });
  const [token = ''] = refused;
  expect(await provider.accepts(token, server.url)).toBe(false);
});

test('LMCP signs in at the example authorization server of the SDK', async () => {
  await using world = await signInWorld();
  const { gateway, server } = world;
  const provider = new DemoInMemoryAuthProvider();
  // Without the types of Express, which the package does not bring along.
  const app = createMcpExpressApp() as unknown as RequestListener & { use: (router: unknown) => void };
  const listening = createServer(app);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  using _ = {
    [Symbol.dispose]: () => {
      listening.closeAllConnections();
      listening.close();
    },
  };
  const issuer = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
  app.use(mcpAuthRouter({ provider, issuerUrl: new URL(issuer), scopesSupported: ['mcp:tools'] }));
  server.metadata = { authorization_servers: [issuer] };
  server.accepts = (token, resource) =>
    provider.verifyAccessToken(token).then(
      (found) => found.resource?.href === resource,
      () => false,
    );
  const page = await new Browser().open((await begin(gateway)).url ?? '');
  expect(page.text).toContain('LMCP is signed in to server far');
  expect((await callTool(gateway, tester, 'far__whoami')).text).toContain('called with');
  const { sign_in: state } = await stateOf(gateway);
  // It gives no refresh tokens.
  expect(state?.sign_ins).toMatchObject([{ issuer, renews: false }]);
});
