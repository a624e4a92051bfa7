import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificates } from '../harness/certificates.ts';
import { TestGateway } from '../harness/gateway.ts';
import { httpsProxy, type HttpsProxy } from '../harness/httpsProxy.ts';
import { managementToken } from '../harness/management.ts';
import { AuthorizationServer } from '../harness/oauth/authorizationServer.ts';
import { Browser } from '../harness/oauth/browser.ts';
import { protectedServer } from '../harness/oauth/protectedServer.ts';
import { begin, tester } from '../harness/oauth/signedIn.ts';
import { callTool } from '../harness/rpc.ts';

const login = 'https://login.lmcp.test';
let folder: string;
let proxy: HttpsProxy;
let authorizationServer: AuthorizationServer;
let gateway: TestGateway;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-proxy-'));
  makeCertificates(folder, 'DNS:mcp.lmcp.test,DNS:login.lmcp.test');
  authorizationServer = await AuthorizationServer.start();
  authorizationServer.publicOrigin = login;
  const server = await protectedServer(
    login,
    (token, resource) => authorizationServer.tokens.get(token)?.resource === resource,
    'https://mcp.lmcp.test',
  );
  proxy = await httpsProxy(
    folder,
    new Map([
      ['mcp.lmcp.test:443', server.stub.origin],
      ['login.lmcp.test:443', authorizationServer.stub.origin],
    ]),
  );
  const remote = { transport: 'http', remote: true, tls: { ca_file: join(folder, 'ca.pem') }, auth: 'oauth' };
  gateway = await TestGateway.start(
    {
      lmcp: { management_token: managementToken },
      clients: { [tester.id]: { token: tester.token, allow_servers: ['far', 'refused', 'direct'] } },
      servers: {
        far: { ...remote, url: server.url },
        refused: { ...remote, url: 'https://refused.lmcp.test/mcp' },
        direct: { ...remote, url: 'https://direct.lmcp.test/mcp' },
      },
    },
    { HTTPS_PROXY: proxy.url, NO_PROXY: 'direct.lmcp.test', https_proxy: '', no_proxy: '' },
  );
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  proxy.close();
  authorizationServer.stub.close();
  rmSync(folder, { recursive: true });
});

test('a remote server and its authorization server are reached through the proxy of the environment', async () => {
  const before = await callTool(gateway, tester, 'far__whoami');
  expect(before.body.error).toMatchObject({ data: { kind: 'sign_in_needed' } });
  const { url } = await begin(gateway);
  // The person's own browser has its own way there.
  const page = await new Browser().open((url ?? '').replace(login, authorizationServer.stub.origin));
  expect(page.text).toContain('LMCP is signed in to server far');
  expect((await callTool(gateway, tester, 'far__whoami')).text).toContain('called with');
  expect(new Set(proxy.asked)).toEqual(new Set(['mcp.lmcp.test:443', 'login.lmcp.test:443']));
});

test('a proxy that opens no way is named in the error', async () => {
  const { body } = await callTool(gateway, tester, 'refused__whoami');
  expect(body.error).toMatchObject({ data: { kind: 'unreachable' } });
  expect(body.error?.message).toContain(`through the proxy ${new URL(proxy.url).host} of HTTPS_PROXY`);
});

test('what NO_PROXY has is asked of no proxy', async () => {
  const { body } = await callTool(gateway, tester, 'direct__whoami');
  expect(body.error).toMatchObject({ data: { kind: 'unreachable' } });
  expect(body.error?.message).not.toContain('proxy');
  expect(proxy.asked).not.toContain('direct.lmcp.test:443');
});
