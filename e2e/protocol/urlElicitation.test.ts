import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  type ClientCapabilities,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conformanceServer } from '../conformance/directFixture.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';

const caller = callerNamed('tester');
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: ['asking'] } },
    servers: {
      asking: { transport: 'stdio', command: process.execPath, args: [conformanceServer, '--era', 'legacy'] },
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function connect(capabilities: ClientCapabilities): Promise<Client> {
  const client = new Client({ name: 'asked', version: '1' }, { capabilities });
  const requestInit = { headers: credentialsOf(caller) };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${gateway.origin}/mcp`), { requestInit }));
  return client;
}

test('forwards the error of a server that requires a page visit, with its complete data', async () => {
  const client = await connect({ elicitation: { url: {} } });
  await expect(client.callTool({ name: 'asking__test_url_elicitation' })).rejects.toMatchObject({
    code: -32042,
    data: {
      elicitations: [
        { mode: 'url', elicitationId: 'e1', url: 'https://server.example/sign-in', message: 'Sign in' },
      ],
    },
  });
  await client.close();
});

test('sends a URL elicitation to the client whose call is in flight, and notifies it on completion', async () => {
  const client = await connect({ elicitation: { url: {} } });
  const heard: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    heard.push(params.mode === 'url' ? params.url : 'a form');
    return { action: 'accept' };
  });
  client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
    heard.push(params.elicitationId);
  });
  const { content } = await client.callTool({
    name: 'asking__test_url_elicitation',
    arguments: { ask: true },
  });
  expect(content).toEqual([{ type: 'text', text: 'the client said accept' }]);
  await until('it is told of the end', () => heard.length === 2);
  expect(heard).toEqual(['https://server.example/sign-in', 'e1']);
  await client.close();
});

test('a client that takes forms only is not asked to visit a page', async () => {
  const client = await connect({ elicitation: {} });
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept' }));
  const result = await client.callTool({ name: 'asking__test_url_elicitation', arguments: { ask: true } });
  expect(result.isError).toBe(true);
  expect(JSON.stringify(result.content)).toContain('declared no such capability');
  await client.close();
});
