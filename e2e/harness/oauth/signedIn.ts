import { manage, managementToken } from '../management.ts';
import { TestGateway } from '../gateway.ts';
import type { SignInBegun, SignInProgress } from '../../../gateway/src/api/signIn/serverSignIns.ts';
import type { ServerAnswer } from '../../../gateway/src/api/servers.ts';
import { AuthorizationServer } from './authorizationServer.ts';
import { Browser } from './browser.ts';
import { protectedServer, type ProtectedServer } from './protectedServer.ts';

export const tester = { id: 'tester', token: 'token-of-tester-0123456789' };
export const other = { id: 'other', token: 'token-of-other-0123456789' };

/** A gateway with one server that has its clients sign in, and the two programs behind it. */
export interface SignInWorld extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly authorizationServer: AuthorizationServer;
  readonly server: ProtectedServer;
}

/** @param entry of the server, beside its transport and URL; the URL of the authorization server is filled in for ISSUER */
export async function signInWorld(entry: object = { auth: 'oauth' }): Promise<SignInWorld> {
  const authorizationServer = await AuthorizationServer.start();
  const server = await protectedServer(
    authorizationServer.origin,
    (token, resource) => authorizationServer.tokens.get(token)?.resource === resource,
  );
  const filled = JSON.parse(JSON.stringify(entry).replaceAll('ISSUER', authorizationServer.origin)) as Record<
    string,
    unknown
  >;
  const gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: Object.fromEntries(
      [tester, other].map(({ id, token }) => [id, { token, allow_servers: ['far'] }]),
    ),
    servers: { far: { transport: 'http', url: server.url, ...filled } },
  });
  return {
    gateway,
    authorizationServer,
    server,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      authorizationServer.stub.close();
      server.stub.close();
    },
  };
}

export async function begin(gateway: TestGateway, body: object = {}): Promise<SignInBegun> {
  const path = '/management/servers/far/sign-in';
  const { status, body: begun, text } = await manage<SignInBegun>(gateway, managementToken, path, { body });
  if (status !== 200) throw new Error(text);
  return begun;
}

/** Signs in as a person does, and gives the page that the browser ends at. */
export async function signIn(
  gateway: TestGateway,
  body: object = {},
  browser = new Browser(),
): Promise<{ status: number; text: string }> {
  const { url } = await begin(gateway, body);
  return browser.open(url ?? '');
}

export async function progress(gateway: TestGateway, id: string | null): Promise<SignInProgress> {
  const path = `/management/sign-ins/${id ?? ''}`;
  return (await manage<SignInProgress>(gateway, managementToken, path)).body;
}

export async function stateOf(gateway: TestGateway): Promise<ServerAnswer['server']> {
  const { body } = await manage<ServerAnswer>(gateway, managementToken, '/management/servers/far');
  return body.server;
}
