import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CallToolResultSchema,
  ElicitRequestSchema,
  TaskStatusNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, post, rpc, type RpcAnswer, credentialsOf } from '../harness/rpc.ts';
import { everything, fixture } from '../harness/servers.ts';

const red = callerNamed('red');
const blue = callerNamed('blue');
type Who = typeof red;
const tool = 'simulate-research-query';
const relatedTask = 'io.modelcontextprotocol/related-task';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    clients: {
      red: { token: red.token, allow_servers: ['all', 'shared', 'plain'] },
      blue: { token: blue.token, allow_servers: ['shared'] },
    },
    servers: {
      all: everything(),
      shared: { ...everything(), scope: 'shared' },
      plain: fixture('plain-server.ts'),
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function connect(
  who: Who,
  path = '/mcp',
): Promise<{ client: Client; related: unknown[]; told: Set<string> }> {
  const client = new Client({ name: who.id, version: '1' }, { capabilities: { elicitation: {} } });
  const related: unknown[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    related.push(params._meta?.[relatedTask]?.taskId);
    return { action: 'accept', content: { interpretation: 'snake' } };
  });
  const told = new Set<string>();
  client.setNotificationHandler(TaskStatusNotificationSchema, ({ params }) => void told.add(params.taskId));
  const requestInit = { headers: credentialsOf(who) };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${gateway.origin}${path}`), { requestInit }),
  );
  return { client, related, told };
}

/** A session by hand, for what no client of the SDK would send. */
async function session(who: Who, path = '/mcp', protocolVersion = '2025-11-25', capabilities = {}) {
  const params = { protocolVersion, capabilities, clientInfo: { name: 'x', version: '1' } };
  const { headers, body } = await rpc(gateway, who, 'initialize', params, { path });
  const ask = async (method: string, asked: unknown = {}): Promise<RpcAnswer> => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: asked });
    const own = { ...credentialsOf(who), 'Mcp-Session-Id': headers.get('mcp-session-id') ?? '' };
    return (await post(`${gateway.origin}${path}`, text, own)).body;
  };
  return { capabilities: body.result?.['capabilities'], ask };
}

type Session = Awaited<ReturnType<typeof session>>;

async function create({ ask }: Session, name: string): Promise<string> {
  const { result, error } = await ask('tools/call', { name, arguments: { topic: 'bees' }, task: {} });
  expect(error).toBeUndefined();
  return (result?.['task'] as { taskId: string }).taskId;
}

async function listed({ ask }: Session): Promise<string[]> {
  const { result } = await ask('tasks/list');
  return (result?.['tasks'] as { taskId: string }[]).map(({ taskId }) => taskId);
}

async function supportOf({ ask }: Session, name: string): Promise<unknown> {
  const { result } = await ask('tools/list');
  const found = (result?.['tools'] as { name: string; execution?: unknown }[]).find(
    (one) => one.name === name,
  );
  expect(found).toBeDefined();
  return found?.execution;
}

test.each([
  ['/mcp', `all__${tool}`, /^all\/[0-9a-f]{32}$/],
  ['/mcp/all', tool, /^[0-9a-f]{32}$/],
])('on %s a tool runs as a task, asks on the way, and its result is fetched', async (path, name, id) => {
  const { client, related, told } = await connect(red, path);
  await client.listTools();
  const seen: string[] = [];
  const ids = new Set<string>();
  let report = '';
  const call = { name, arguments: { topic: 'python', ambiguous: true } };
  for await (const message of client.experimental.tasks.callToolStream(call, CallToolResultSchema)) {
    seen.push(message.type);
    if (message.type === 'taskCreated' || message.type === 'taskStatus') ids.add(message.task.taskId);
    if (message.type === 'error') throw message.error;
    if (message.type === 'result') {
      report = JSON.stringify(message.result.content);
      ids.add(String(message.result._meta?.[relatedTask]?.taskId));
    }
  }
  expect(seen[0]).toBe('taskCreated');
  expect(seen.at(-1)).toBe('result');
  expect(report).toContain('python (snake)');
  expect([...ids]).toEqual([expect.stringMatching(id)]);
  expect(related).toEqual([...ids]);
  expect([...told]).toEqual([...ids]);
  const { tasks } = await client.experimental.tasks.listTasks();
  expect(tasks.map(({ taskId }) => taskId)).toEqual(expect.arrayContaining([...ids]));
  await client.close();
});

test('a task is cancelled, and every request about it is logged under a digest', async () => {
  const own = await session(red);
  const taskId = await create(own, `all__${tool}`);
  expect((await own.ask('tasks/get', { taskId })).result).toMatchObject({ taskId, status: 'working' });
  expect((await own.ask('tasks/cancel', { taskId })).result).toMatchObject({ taskId, status: 'cancelled' });
  expect((await own.ask('tasks/cancel', { taskId })).error?.code).toBe(-32602);
  const lines = await gateway.audit();
  const about = lines.filter(({ detail }) => detail?.['method'] === 'tasks/cancel');
  expect(about.map(({ event, detail }) => [event, detail?.['outcome']])).toEqual([
    ['server_auth', undefined],
    ['tool_authz', undefined],
    ['tool_result', 'ok'],
    ['server_auth', undefined],
    ['tool_authz', undefined],
    ['tool_result', 'error'],
  ]);
  expect(new Set(about.map(({ detail }) => detail?.['task'])).size).toBe(1);
  expect(JSON.stringify(lines)).not.toContain(taskId.split('/')[1]);
});

test('with a shared server a task is answered to the client that made it, and to no other', async () => {
  const { client, told } = await connect(blue);
  const [mine, theirs, direct] = await Promise.all([
    session(red),
    session(blue),
    session(blue, '/mcp/shared'),
  ]);
  const taskId = await create(mine, `shared__${tool}`);
  const bare = taskId.replace('shared/', '');
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
    expect((await theirs.ask(method, { taskId })).error?.code).toBe(-32602);
    expect((await direct.ask(method, { taskId: bare })).error?.code).toBe(-32602);
  }
  const other = await create(theirs, `shared__${tool}`);
  await until('the maker is told the state of its task', () => told.size > 0);
  expect([...told]).toEqual([other]);
  await client.close();
  expect(await listed(theirs)).toEqual([other]);
  expect(await listed(direct)).toEqual([other.replace('shared/', '')]);
  expect(await listed(mine)).toContain(taskId);
  expect((await mine.ask('tasks/get', { taskId })).result).toMatchObject({ status: 'working' });
});

test('a session that gets an instance of its own still has the tasks that it made before', async () => {
  const open = () => session(red, '/mcp', '2025-11-25', { sampling: {} });
  const [one, two] = [await open(), await open()];
  const taskId = await create(two, `all__${tool}`);
  const running = one.ask('tools/call', {
    name: 'all__trigger-long-running-operation',
    arguments: { duration: 3, steps: 3 },
  });
  const instances = async (): Promise<number> =>
    (await gateway.audit()).filter(
      ({ event, client_id, server_id }) =>
        event === 'server_start' && client_id === red.id && server_id === 'all',
    ).length;
  const before = await instances();
  await until('the second session has an instance of its own', async () => {
    await two.ask('tools/call', { name: 'all__echo', arguments: { message: 'x' } });
    return (await instances()) > before;
  });
  expect((await two.ask('tasks/get', { taskId })).result).toMatchObject({ taskId });
  const another = await create(two, `all__${tool}`);
  expect(await listed(two)).toEqual(expect.arrayContaining([taskId, another]));
  expect((await two.ask('tasks/cancel', { taskId: another })).result).toMatchObject({ status: 'cancelled' });
  expect((await running).error).toBeUndefined();
});

test("a call's reference to another client's task does not reach the server", async () => {
  const [mine, theirs] = await Promise.all([session(red), session(blue)]);
  const taskId = (await create(mine, `shared__${tool}`)).replace('shared/', '');
  const echo = { name: 'shared__echo', arguments: { message: 'x' }, _meta: { [relatedTask]: { taskId } } };
  expect((await theirs.ask('tools/call', echo)).result).toMatchObject({ content: [{ text: 'Echo: x' }] });
}, 20_000);

test('tasks of a server that is not granted are rejected', async () => {
  const theirs = await session(blue);
  expect((await theirs.ask('tasks/get', { taskId: 'all/1' })).error?.code).toBe(-32003);
  expect((await theirs.ask('tasks/get', { taskId: '1' })).error?.code).toBe(-32602);
});

test('announces no tasks to a client with an older revision', async () => {
  for (const path of ['/mcp', '/mcp/all']) {
    const old = await session(red, path, '2025-06-18');
    expect(old.capabilities).not.toHaveProperty('tasks');
    // A server's own path gives its definitions as they are.
    const support = path === '/mcp' ? undefined : { taskSupport: 'required' };
    expect(await supportOf(old, path === '/mcp' ? `all__${tool}` : tool)).toEqual(support);
    expect((await old.ask('tasks/list')).error?.code).toBe(-32601);
    const echo = { name: path === '/mcp' ? 'all__echo' : 'echo', arguments: { message: 'x' }, task: {} };
    expect((await old.ask('tools/call', echo)).result).toMatchObject({ content: [{ text: 'Echo: x' }] });
  }
  expect((await rpc(gateway, red, 'tasks/list')).body.error?.code).toBe(-32601);
});

test('where the server has no tasks its path has none, and among all servers its tools take none', async () => {
  const only = await session(red, '/mcp/plain');
  expect(only.capabilities).not.toHaveProperty('tasks');
  const add = { name: 'add', arguments: { a: 1, b: 2 }, task: {} };
  expect((await only.ask('tools/call', add)).result).toMatchObject({ content: [{ text: '3' }] });
  expect((await only.ask('tasks/get', { taskId: '1' })).error?.code).toBe(-32601);
  const all = await session(red);
  expect(all.capabilities).toMatchObject({
    tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
  });
  expect(await supportOf(all, `all__${tool}`)).toEqual({ taskSupport: 'required' });
  expect((await all.ask('tools/call', { ...add, name: 'plain__add' })).error?.code).toBe(-32601);
  expect((await all.ask('tools/call', { ...add, name: 'plain__add', task: 1 })).error?.code).toBe(-32602);
});
