import { afterAll, beforeAll, expect, test } from 'vitest';
import { tasksServer } from '../conformance/directFixture.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, rpc, type Caller, type Reply } from '../harness/rpc.ts';

const [red, blue] = [callerNamed('red'), callerNamed('blue')];
const extension = 'io.modelcontextprotocol/tasks';
let gateway: TestGateway;

beforeAll(async () => {
  const server = { transport: 'stdio', command: process.execPath, args: [tasksServer] };
  const allow_servers = ['jobs', 'shared'];
  gateway = await TestGateway.start({
    clients: {
      red: { token: red.token, allow_servers },
      blue: { token: blue.token, allow_servers },
    },
    servers: {
      jobs: { ...server, tool_policy: { mode: 'allow_all', deny_tools: ['multi_input'] } },
      shared: { ...server, scope: 'shared' },
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

interface Asked {
  readonly who?: Caller;
  readonly path?: string;
  readonly declares?: boolean;
}

/** A request of a stateless client. */
async function ask(
  method: string,
  params: Record<string, unknown>,
  asked: Asked = {},
): Promise<Reply['body']> {
  const { who = red, path = '/mcp', declares = true } = asked;
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {
      elicitation: {},
      ...(declares && { extensions: { [extension]: {} } }),
    },
  };
  const subject = params['name'] ?? params['taskId'];
  const headers = {
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Method': method,
    ...(typeof subject === 'string' && { 'Mcp-Name': subject }),
  };
  return (await rpc(gateway, who, method, { ...params, _meta }, { path, headers })).body;
}

const call = (name: string, args: object = {}, asked: Asked = {}): Promise<Reply['body']> =>
  ask('tools/call', { name, arguments: args }, asked);

test('a call becomes a task under an id of LMCP, whose result is read, with its links, until it is done', async () => {
  const { result: started } = await call('jobs__link');
  expect(started).toMatchObject({ resultType: 'task', status: 'working', ttlMs: 60_000 });
  const taskId = String(started?.['taskId']);
  expect(taskId).toMatch(/^jobs\//);
  const { result: done } = await ask('tasks/get', { taskId });
  expect(done).toMatchObject({
    resultType: 'complete',
    taskId,
    status: 'completed',
    result: { content: [{ type: 'resource_link', uri: 'lmcp:jobs/file:///made' }] },
  });
});

test('what a task asks is answered by an update, and a task is cancelled', async () => {
  const { result: started } = await call('jobs__confirm_delete', { filename: 'x' });
  const taskId = String(started?.['taskId']);
  const { result: waiting } = await ask('tasks/get', { taskId });
  expect(waiting).toMatchObject({ status: 'input_required' });
  const [key = ''] = Object.keys(waiting?.['inputRequests'] ?? {});
  const inputResponses = { [key]: { action: 'accept', content: { confirm: true } } };
  expect((await ask('tasks/update', { taskId, inputResponses })).result).toMatchObject({
    resultType: 'complete',
  });
  expect((await ask('tasks/get', { taskId })).result).toMatchObject({ status: 'completed' });
  const { result: long } = await call('jobs__slow_compute', { seconds: 600 });
  const other = String(long?.['taskId']);
  expect((await ask('tasks/cancel', { taskId: other })).error).toBeUndefined();
  expect((await ask('tasks/get', { taskId: other })).result).toMatchObject({ status: 'cancelled' });
});

test('the task of one client is none of another, at a server that both share', async () => {
  const { result } = await call('shared__slow_compute', { seconds: 600 });
  const taskId = String(result?.['taskId']);
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'])
    expect((await ask(method, { taskId }, { who: blue })).error).toMatchObject({ code: -32602 });
  expect((await ask('tasks/get', { taskId })).result).toMatchObject({ status: 'working' });
});

test('a client that does not declare the extension gets results, and is told what its task methods need', async () => {
  const undeclared = { declares: false };
  expect((await call('jobs__slow_compute', {}, undeclared)).result).toMatchObject({
    resultType: 'complete',
    content: [{ text: 'computed without a task' }],
  });
  expect((await call('jobs__failing_job', {}, undeclared)).error).toMatchObject({
    code: -32021,
    data: { requiredCapabilities: { extensions: { [extension]: {} } } },
  });
  expect((await ask('tasks/get', { taskId: 'jobs/x' }, undeclared)).error).toMatchObject({
    code: -32021,
    data: { requiredCapabilities: { extensions: { [extension]: {} } } },
  });
});

test('the extension is announced where it is, and tasks pass the checks and are logged as calls are', async () => {
  for (const path of ['/mcp', '/mcp/jobs']) {
    const { result } = await ask('server/discover', {}, { path });
    expect(result).toMatchObject({ capabilities: { extensions: { [extension]: {} } } });
  }
  expect((await call('jobs__multi_input')).error).toMatchObject({ code: -32011 });
  expect((await ask('tasks/get', { taskId: 'nobody/x' })).error).toMatchObject({ code: -32003 });
  const { result } = await call('slow_compute', {}, { path: '/mcp/jobs' });
  const taskId = String(result?.['taskId']);
  expect(taskId).not.toContain('/');
  await ask('tasks/get', { taskId }, { path: '/mcp/jobs' });
  const lines = (await gateway.audit()).filter(({ detail }) => detail?.['method'] === 'tasks/get');
  expect(lines.map(({ event }) => event)).toContain('tool_result');
  expect(JSON.stringify(lines)).not.toContain(taskId);
});
