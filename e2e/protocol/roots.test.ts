import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';
import { filesystem, fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
let gateway: TestGateway;
let folders: string[];

beforeAll(async () => {
  folders = await Promise.all(
    ['a', 'b', 'allowed'].map(async (name) => realpath(await mkdtemp(join(tmpdir(), `lmcp-roots-${name}-`)))),
  );
  gateway = await TestGateway.start({
    clients: {
      tester: { token: caller.token, allow_servers: ['asks', 'files', 'session', 'whole', 'denied'] },
    },
    servers: {
      asks: fixture('odd/roots-server.ts'),
      whole: fixture('odd/roots-server.ts'),
      session: { ...fixture('odd/roots-server.ts'), scope: 'session' },
      denied: { ...fixture('odd/roots-server.ts'), client_requests: { roots: 'deny' } },
      files: filesystem(folders[2] ?? ''),
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const through = (path: string) =>
  new StreamableHTTPClientTransport(new URL(`${gateway.origin}${path}`), {
    requestInit: { headers: credentialsOf(caller) },
  });

/** A client with one root, which can change. */
async function connect(transport: Transport, root: string) {
  const client = new Client(
    { name: 'official', version: '1' },
    { capabilities: { roots: { listChanged: true } } },
  );
  const state = { root, asked: 0 };
  client.setRequestHandler(ListRootsRequestSchema, () => {
    state.asked++;
    return { roots: [{ uri: pathToFileURL(state.root).href }] };
  });
  await client.connect(transport);
  const textOf = async (name: string): Promise<string> => {
    const result = await client.callTool({ name, arguments: {} });
    return (result.content as { text: string }[])[0]?.text ?? '';
  };
  return { client, state, textOf };
}

/** What the server knows once it has had its answer, and after the roots changed. */
async function seenBy(transport: Transport, tool: string, holds: (text: string, root: string) => boolean) {
  const [first = '', second = ''] = folders;
  const { client, state, textOf } = await connect(transport, first);
  await until('the server has the roots', async () => holds(await textOf(tool), first));
  const before = await textOf(tool);
  state.root = second;
  await client.sendRootsListChanged();
  await until('the server has the new roots', async () => holds(await textOf(tool), second));
  const after = await textOf(tool);
  await client.close();
  return { before, after, asked: state.asked };
}

const knows = (text: string, root: string): boolean => text.includes(pathToFileURL(root).href);

test.each(['/mcp/asks', '/mcp/session', '/mcp'])(
  'answers a server that asks outside of a call as the client itself does: %s',
  async (path) => {
    const { command, args } = fixture('odd/roots-server.ts');
    const direct = await seenBy(new StdioClientTransport({ command, args }), 'echo', knows);
    expect(direct.asked).toBe(2);
    expect(await seenBy(through(path), path === '/mcp' ? 'whole__echo' : 'echo', knows)).toEqual(direct);
  },
);

test('gives a server the roots of the session that uses it now, not of one that has ended', async () => {
  for (const root of folders) {
    const { client, textOf } = await connect(through('/mcp/asks'), root);
    await until('the server has the roots', async () => knows(await textOf('echo'), root));
    await client.close();
  }
});

test('server-filesystem gets the roots of its client', async () => {
  const contains = (text: string, root: string) => text.includes(root);
  const { command, args } = filesystem(folders[2] ?? '');
  const tool = 'list_allowed_directories';
  const direct = await seenBy(new StdioClientTransport({ command, args }), tool, contains);
  expect(await seenBy(through('/mcp/files'), tool, contains)).toEqual(direct);
});

test('answers on the stream of the next call where the client has no stream of its own', async () => {
  const transport = through('/mcp/session');
  const withoutGet: typeof fetch = (url, init) =>
    init?.method === 'GET' ? Promise.resolve(new Response(null, { status: 405 })) : fetch(url, init);
  Object.assign(transport, { _fetch: withoutGet });
  const { client, state, textOf } = await connect(transport, folders[0] ?? '');
  await until('the server has the roots', async () => knows(await textOf('echo'), state.root));
  expect(state.asked).toBe(1);
  await client.close();
});

test('asks no client for roots that client_requests denies, in a call or outside of one, and logs that', async () => {
  const { client, state, textOf } = await connect(through('/mcp/denied'), folders[0] ?? '');
  const denials = async () =>
    (await gateway.audit()).filter(
      ({ event, server_id, allowed }) =>
        event === 'client_request' && server_id === 'denied' && allowed === false,
    );
  await textOf('echo');
  await until('the denial is logged', async () => (await denials()).length > 0);
  await client.sendRootsListChanged();
  expect(knows(await textOf('echo'), state.root)).toBe(false);
  expect(state.asked).toBe(0);
  expect((await denials())[0]).toMatchObject({
    client_id: 'tester',
    reason: 'client_request_denied',
    detail: { kind: 'roots' },
  });
  await client.close();
});
