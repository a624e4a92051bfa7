import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { openListenStream } from '../harness/listen.ts';
import { callerNamed, credentialsOf, rpc } from '../harness/rpc.ts';
import { everything, fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
const other = callerNamed('other');
let gateway: TestGateway;

beforeAll(async () => {
  const hiding = fixture('hiding-server.ts');
  const allow_servers = ['hiding', 'open', 'everything'];
  gateway = await TestGateway.start({
    clients: {
      tester: { token: caller.token, allow_servers },
      other: { token: other.token, allow_servers },
    },
    servers: {
      hiding: { ...hiding, scope: 'shared' },
      open: { ...hiding, unlisted_resources: 'allow' },
      everything: everything(),
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function told(
  method: string,
  params: object,
  { who = caller, path = '/mcp/hiding' } = {},
): Promise<unknown> {
  const { body } = await rpc(gateway, who, method, params, { path });
  return body.error?.code ?? body.result;
}
const read = (uri: string, options = {}): Promise<unknown> => told('resources/read', { uri }, options);
const contents = (uri: string): object => ({ contents: [{ uri }] });

test('a resource is read that the server lists, or that a listed template matches, and no other', async () => {
  for (const uri of ['notes://listed', 'notes://note/7'])
    expect(await read(uri)).toMatchObject(contents(uri));
  const hidden = [
    'notes://hidden',
    'notes://Listed',
    'notes://listed/',
    'notes://note/7/8',
    'file:///etc/passwd',
  ];
  for (const uri of hidden) expect([uri, await read(uri)]).toEqual([uri, -32602]);
  for (const uri of hidden)
    expect([uri, await read(`lmcp:hiding/${uri}`, { path: '/mcp' })]).toEqual([uri, -32602]);
  const logged = (await gateway.audit()).filter(({ reason }) => reason === 'resource_not_listed');
  expect(logged.map(({ event, allowed, detail }) => [event, allowed, detail?.['rule']])).toContainEqual([
    'tool_authz',
    false,
    'servers.hiding.unlisted_resources',
  ]);
  const said = (
    await rpc(gateway, caller, 'resources/read', { uri: 'notes://hidden' }, { path: '/mcp/hiding' })
  ).body;
  expect(said.error).toMatchObject({ data: { reason: 'resource_not_listed' } });
});

test.each([
  ['a link', 'link', 'notes://linked'],
  ['an embedded resource', 'embed', 'notes://embedded'],
])('%s gives a resource to the client that got it, and to no other', async (_what, name, uri) => {
  expect(await read(uri)).toBe(-32602);
  await told('tools/call', { name, arguments: { uri } });
  expect(await read(uri)).toMatchObject(contents(uri));
  expect(await read(`lmcp:hiding/${uri}`, { path: '/mcp' })).toMatchObject(contents(`lmcp:hiding/${uri}`));
  expect(await read(uri, { who: other })).toBe(-32602);
});

test('the view of a listed tool is read, listed or not', async () => {
  expect(await read('ui://hiding/chart')).toMatchObject(contents('ui://hiding/chart'));
  expect(await read('ui://hiding/chart', { path: '/mcp' })).toMatchObject(contents('ui://hiding/chart'));
  expect(await read('ui://hiding/other')).toBe(-32602);
});

test('subscriptions and completions pass the same check, in both eras', async () => {
  const client = new Client({ name: 'tester', version: '1' });
  const requestInit = { headers: credentialsOf(caller) };
  const url = new URL(`${gateway.origin}/mcp/hiding`);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  await client.subscribeResource({ uri: 'notes://listed' });
  await expect(client.subscribeResource({ uri: 'notes://secret' })).rejects.toMatchObject({ code: -32602 });
  await client.unsubscribeResource({ uri: 'notes://listed' });
  await client.close();
  const complete = (uri: string): Promise<unknown> =>
    told('completion/complete', { ref: { type: 'ref/resource', uri }, argument: { name: 'id', value: '' } });
  expect(await complete('notes://note/{id}')).toMatchObject({ completion: { values: ['completed'] } });
  expect(await complete('notes://secret/{id}')).toBe(-32602);
  const wanted = ['lmcp:hiding/notes://listed', 'lmcp:hiding/notes://secret'];
  const gone = new AbortController();
  const stream = await openListenStream(gateway, caller, { resourceSubscriptions: wanted }, gone.signal);
  const chunk = await stream.body?.getReader().read();
  const acknowledged = Buffer.from((chunk?.value as Uint8Array | undefined) ?? []).toString();
  expect([acknowledged.includes(wanted[0] ?? ''), acknowledged.includes(wanted[1] ?? '')]).toEqual([
    true,
    false,
  ]);
  gone.abort();
});

test('with unlisted_resources: allow any resource is read, and status warns of it', async () => {
  const uri = 'notes://hidden';
  expect(await read(uri, { path: '/mcp/open' })).toMatchObject(contents(uri));
  const status = await gateway.cli('status');
  expect(status.stdout).toMatch(
    /open: resources that it does not list may be read \(unlisted_resources: allow\)/,
  );
});

test('server-everything: its dynamic resources are read by their templates, in both eras and under both names', async () => {
  const uri = 'demo://resource/dynamic/text/3';
  const requestInit = { headers: credentialsOf(caller) };
  const modern = new ModernClient({ name: 'tester', version: '2' }, { versionNegotiation: { mode: 'auto' } });
  await modern.connect(new ModernTransport(new URL(`${gateway.origin}/mcp/everything`), { requestInit }));
  const legacy = new Client({ name: 'tester', version: '1' });
  await legacy.connect(new StreamableHTTPClientTransport(new URL(`${gateway.origin}/mcp`), { requestInit }));
  for (const [client, name] of [
    [modern, uri],
    [legacy, `lmcp:everything/${uri}`],
  ] as const) {
    expect(await client.readResource({ uri: name })).toMatchObject(contents(name));
    const unknown = name.replace('dynamic/text/3', 'static/none');
    await expect(client.readResource({ uri: unknown })).rejects.toMatchObject({ code: -32602 });
  }
  const links = await legacy.callTool({ name: 'everything__get-resource-links', arguments: { count: 2 } });
  for (const { type, uri: given } of links.content as { type: string; uri?: string }[])
    if (type === 'resource_link' && given !== undefined)
      expect(await legacy.readResource({ uri: given })).toMatchObject(contents(given));
  await modern.close();
  await legacy.close();
});
