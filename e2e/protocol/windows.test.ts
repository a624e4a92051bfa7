import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  type ClientCapabilities,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
const scopes = ['client', 'shared', 'session'] as const;
let gateway: TestGateway;

beforeAll(async () => {
  const servers = {
    plain: fixture('odd/asking-server.ts'),
    ...Object.fromEntries(scopes.map((scope) => [scope, { ...fixture('odd/asking-server.ts'), scope }])),
  };
  gateway = await TestGateway.start({
    lmcp: { management_token: 'management-token-0123456789' },
    clients: { tester: { token: caller.token, allow_servers: Object.keys(servers) } },
    servers,
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const elicitation = (who: string) => ({
  method: 'elicitation/create',
  params: { message: `question for ${who}`, requestedSchema: { type: 'object', properties: {} } },
});
const sampling = (who: string) => ({
  method: 'sampling/createMessage',
  params: {
    messages: [{ role: 'user', content: { type: 'text', text: `question for ${who}` } }],
    maxTokens: 1,
  },
});

interface Answer {
  readonly pid: number;
  readonly answer?: unknown;
}

/** One window of an application: a session of its own under the application's token. */
async function openWindow(name: string, server: string, capabilities: ClientCapabilities) {
  const client = new Client({ name, version: '1' }, { capabilities });
  const seen: string[] = [];
  if (capabilities.elicitation)
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      seen.push(params.message);
      return { action: 'accept', content: { by: name } };
    });
  if (capabilities.sampling)
    client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
      seen.push(JSON.stringify(params.messages[0]?.content));
      return { role: 'assistant', content: { type: 'text', text: name }, model: 'none' };
    });
  if (capabilities.roots)
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: `file:///${name}` }] }));
  const requestInit = { headers: credentialsOf(caller) };
  const transport = new StreamableHTTPClientTransport(new URL(`${gateway.origin}/mcp/${server}`), {
    requestInit,
  });
  await client.connect(transport);
  const call = async (args: Record<string, unknown> = {}, running?: () => void): Promise<Answer> => {
    const options = running ? { onprogress: running } : {};
    const { content } = await client.callTool({ name: 'echo', arguments: args }, undefined, options);
    return JSON.parse((content as { text: string }[])[0]?.text ?? '') as Answer;
  };
  /** Resolves when the server has the call. */
  const begin = async (args: Record<string, unknown>): Promise<{ readonly answer: Promise<Answer> }> => {
    const running = Promise.withResolvers<undefined>();
    const answer = call(args, () => running.resolve(undefined));
    await running.promise;
    return { answer };
  };
  const end = async (): Promise<void> => {
    await transport.terminateSession();
    await client.close();
  };
  return { seen, call, begin, end };
}

const both = [
  ['elicitation', elicitation, { elicitation: {} }],
  ['sampling', sampling, { sampling: {} }],
] as const;

test.each(both)('puts the %s of a call to the window that called', async (_kind, question, capabilities) => {
  const one = await openWindow('one', 'plain', capabilities);
  const two = await openWindow('two', 'plain', capabilities);
  const shared = (await one.call()).pid;
  expect((await two.call()).pid).toBe(shared);
  const before = await instances('plain');

  const first = await one.begin({ ...question('one'), together: 2 });
  const second = await two.call(question('two'));
  expect(two.seen).toEqual([expect.stringContaining('question for two')]);
  expect(second.pid).not.toBe(shared);
  const again = await one.call({ ...question('one'), together: 2 });
  expect([(await first.answer).pid, again.pid]).toEqual([shared, shared]);
  expect(one.seen).toEqual(Array(2).fill(expect.stringContaining('question for one')));
  // It keeps what it got.
  expect((await two.call()).pid).toBe(second.pid);
  expect((await one.call()).pid).toBe(shared);

  await two.end();
  await until(
    'the instance of the window has ended with it',
    async () => (await instances('plain')) === before,
  );
  expect((await one.call()).pid).toBe(shared);
  await one.end();
});

test.each(both)('puts the %s of calls at the same moment to their windows', async (_kind, question, able) => {
  const names = ['one', 'two', 'three'];
  const windows = await Promise.all(names.map((name) => openWindow(name, 'plain', able)));
  const answers = await Promise.all(windows.map((each, i) => each.call(question(String(names[i])))));
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(3);
  for (const [i, { seen, end }] of windows.entries()) {
    expect(seen).toEqual([expect.stringContaining(`question for ${names[i]}`)]);
    await end();
  }
});

test.each([
  ['roots alone', 'plain', { roots: {} }],
  ['nothing', 'plain', {}],
  ['scope: client', 'client', { elicitation: {}, sampling: {} }],
  ['scope: shared', 'shared', { elicitation: {}, sampling: {} }],
])('shares an instance among windows: %s', async (_what, server, capabilities) => {
  const one = await openWindow('one', server, capabilities);
  const two = await openWindow('two', server, capabilities);
  const ping = { method: 'ping', params: {}, together: 2 };
  const first = await one.begin(ping);
  const second = await two.call(ping);
  expect((await first.answer).pid).toBe(second.pid);
  await one.end();
  await two.end();
});

test('gives each window an instance of its own with scope: session', async () => {
  const one = await openWindow('one', 'session', {});
  const two = await openWindow('two', 'session', {});
  expect((await one.call()).pid).not.toBe((await two.call()).pid);
  await one.end();
  await two.end();
});

async function instances(server: string): Promise<number> {
  const answer = await fetch(`${gateway.origin}/management/servers/${server}`, {
    headers: { 'X-Lmcp-Management-Token': 'management-token-0123456789' },
  });
  return ((await answer.json()) as { server: { instances: number } }).server.instances;
}
