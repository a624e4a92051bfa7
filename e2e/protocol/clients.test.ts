import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, TestGateway } from '../harness/gateway.ts';
import { everything, memory, packaged } from '../harness/servers.ts';
import { callerNamed, credentialsOf, startAll } from '../harness/rpc.ts';

const caller = callerNamed('tester');
const headers = credentialsOf(caller);
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: ['everything', 'memory'] } },
    servers: { everything: everything(), memory: memory() },
  });
  await startAll(gateway, caller, ['everything', 'memory']);
});
afterAll(() => gateway[Symbol.asyncDispose]());

const forms = [
  ['query', `?client_id=${caller.id}&token=${caller.token}`, {}],
  ['headers', '', headers],
  ['bearer', '', { Authorization: `Bearer ${caller.token}` }],
] as const;

test.each(forms)('SDK v1, credentials in %s', async (_form, query, given) => {
  const client = new ClientV1({ name: 'v1', version: '1' });
  const requestInit = { headers: given };
  await client.connect(new TransportV1(new URL(`${gateway.origin}/mcp${query}`), { requestInit }));
  expect(client.getServerVersion()?.name).toBe('lmcp');
  const { tools } = await client.listTools();
  const echo = tools.find(({ name }) => name === 'everything__echo');
  expect(echo?.annotations?.readOnlyHint).toBe(true);
  const result = await client.callTool({ name: 'everything__echo', arguments: { message: 'v1' } });
  expect(result.content).toEqual([{ type: 'text', text: 'Echo: v1' }]);
  await expect(client.callTool({ name: 'nonesuch__echo' })).rejects.toMatchObject({ code: -32003 });
  await client.close();
});

test.each(forms)('SDK v2, credentials in %s, in the era that it finds', async (_form, query, given) => {
  const client = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(
    new TransportV2(new URL(`${gateway.origin}/mcp${query}`), { requestInit: { headers: given } }),
  );
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('memory__read_graph');
  const result = await client.callTool({
    name: 'everything__get-structured-content',
    arguments: { location: 'Chicago' },
  });
  expect(result.structuredContent).toBeDefined();
  await client.close();
});

test('SDK v2 with the legacy handshake', async () => {
  const client = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  await client.connect(new TransportV2(new URL(`${gateway.origin}/mcp`), { requestInit: { headers } }));
  expect((await client.listTools()).tools.length).toBeGreaterThan(10);
  await client.close();
});

test('mcp-remote, as applications without HTTP run it', async () => {
  const { command, args } = packaged(
    'mcp-remote/dist/proxy.js',
    `${gateway.origin}/mcp`,
    '--allow-http',
    '--header',
    `X-Lmcp-Client-Id:${caller.id}`,
    '--header',
    `X-Lmcp-Token:${caller.token}`,
  );
  const client = new ClientV2({ name: 'desktop', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  const env = { PATH: process.env['PATH'] ?? '', HOME: gateway.folder };
  await client.connect(new StdioV2({ command, args, env, stderr: 'ignore' }));
  const result = await client.callTool({ name: 'everything__echo', arguments: { message: 'desktop' } });
  expect(result.content).toEqual([{ type: 'text', text: 'Echo: desktop' }]);
  await client.close();
});

const inspector = join(
  root,
  'e2e/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
);

test('the Inspector on the command line', async () => {
  const run = async (...args: string[]): Promise<unknown> => {
    const common = [
      '--cli',
      `${gateway.origin}/mcp`,
      '--transport',
      'http',
      '--header',
      `Authorization: Bearer ${caller.token}`,
    ];
    const { stdout } = await promisify(execFile)(process.execPath, [inspector, ...common, ...args], {
      env: { ...process.env, HOME: gateway.folder },
      maxBuffer: 1 << 24,
    });
    return JSON.parse(stdout);
  };
  expect(JSON.stringify(await run('--method', 'tools/list'))).toContain('everything__echo');
  const called = await run(
    '--method',
    'tools/call',
    '--tool-name',
    'everything__echo',
    '--tool-arg',
    'message=inspected',
  );
  expect(JSON.stringify(called)).toContain('Echo: inspected');
});

test.each([
  [
    'v1',
    async () => {
      const client = new ClientV1({ name: 'v1', version: '1' });
      await client.connect(new TransportV1(new URL(`${gateway.origin}/mcp?client_id=tester&token=wrong`)));
    },
  ],
  [
    'v2',
    async () => {
      const client = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
      await client.connect(new TransportV2(new URL(`${gateway.origin}/mcp?client_id=tester&token=wrong`)));
    },
  ],
])('SDK %s with a wrong token shows the reason, not an OAuth dialog', async (_sdk, connect) => {
  // A kept connection may be closed at the moment it is used again; the SDK does not send a second time.
  const rejection = connect().catch((error: unknown) =>
    error instanceof TypeError && error.message === 'fetch failed'
      ? connect()
      : Promise.reject(error as Error),
  );
  await expect(rejection).rejects.toThrow(/does not accept these credentials/);
});
