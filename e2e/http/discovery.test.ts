import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const red = callerNamed('red');
const blue = callerNamed('blue');
let gateway: TestGateway;

beforeAll(async () => {
  const plain = fixture('plain-server.ts');
  gateway = await TestGateway.start({
    lmcp: { oauth: true },
    clients: {
      red: { token: red.token, allow_servers: ['plain', 'asleep'] },
      blue: { token: blue.token, allow_servers: ['private'] },
    },
    servers: { plain, private: plain, asleep: { ...plain, enabled: false } },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

interface Listed {
  readonly servers: readonly {
    readonly server: { readonly name: string; readonly remotes: readonly { readonly url: string }[] };
  }[];
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(gateway.origin + path, { headers });

test('the card says where LMCP is, and nothing of its servers', async () => {
  const catalog = (await (await get('/.well-known/mcp/catalog.json')).json()) as {
    readonly entries: readonly { readonly url: string; readonly type: string }[];
  };
  const [entry] = catalog.entries;
  const answer = await fetch(entry?.url ?? '', { headers: { Accept: entry?.type ?? '' } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'application/mcp-server-card+json',
  ]);
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({
    name: 'local.lmcp/lmcp',
    remotes: [{ type: 'streamable-http', url: `${gateway.origin}/mcp` }],
  });
  for (const id of ['plain', 'private', 'asleep']) expect(text).not.toContain(id);
  // For pages of other sites it is not there, whatever the proposal says.
  const page = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors', Origin: 'https://evil.example' };
  const foreign = await get('/mcp/server-card', page);
  expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  // Other methods of its path are MCP.
  expect((await fetch(`${gateway.origin}/mcp/server-card`, { method: 'DELETE' })).status).toBe(401);
});

test('each client is listed the servers that it may use, and nobody else any', async () => {
  const anonymous = await get('/v0.1/servers');
  expect(anonymous.status).toBe(401);
  expect(anonymous.headers.get('www-authenticate')).toContain('resource_metadata=');
  expect(await anonymous.text()).not.toContain('plain');
  const wrong = await get('/v0.1/servers', { Authorization: 'Bearer of-nobody-0123456789' });
  expect(wrong.status).toBe(401);
  const names = async (headers: Record<string, string>): Promise<string[]> =>
    ((await (await get('/v0.1/servers', headers)).json()) as Listed).servers.map(({ server }) => server.name);
  expect(await names(credentialsOf(red))).toEqual(['local.lmcp/plain']);
  expect(await names({ Authorization: `Bearer ${blue.token}` })).toEqual(['local.lmcp/private']);
  expect((await get('/v0.1/servers?limit=0', credentialsOf(red))).status).toBe(400);
});

test('a server that is not granted and one that does not exist are answered alike', async () => {
  const of = async (id: string) => {
    const answer = await get(`/v0.1/servers/local.lmcp%2F${id}/versions/latest`, credentialsOf(red));
    return [answer.status, await answer.text()];
  };
  expect(await of('private')).toEqual(await of('nowhere'));
  expect((await of('private'))[0]).toBe(404);
  expect((await of('plain'))[0]).toBe(200);
  const versions = await get('/v0.1/servers/local.lmcp%2Fplain/versions', credentialsOf(red));
  expect(await versions.json()).toMatchObject({ servers: [{ server: { name: 'local.lmcp/plain' } }] });
});

test('the listed address is one that the client connects to', async () => {
  const list = (await (await get('/v0.1/servers', credentialsOf(red))).json()) as Listed;
  const url = new URL(list.servers[0]?.server.remotes[0]?.url ?? '');
  const client = new Client({ name: 'found', version: '1' });
  await client.connect(
    new StreamableHTTPClientTransport(url, { requestInit: { headers: credentialsOf(red) } }),
  );
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
  await client.close();
});
