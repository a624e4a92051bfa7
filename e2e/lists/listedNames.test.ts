import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
let gateway: TestGateway;

beforeAll(async () => {
  const policy = { tool_policy: { deny_tools: ['delete_notes'] } };
  const lenient = fixture('lenient-server.ts');
  gateway = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: ['strict', 'open', 'broken'] } },
    servers: {
      strict: { ...lenient, ...policy },
      open: { ...lenient, ...policy, unlisted_tools: 'allow' },
      broken: { transport: 'stdio', command: process.execPath, args: ['-e', 'process.exit(3)'] },
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function told(method: string, params: object, path: string): Promise<unknown> {
  const { body } = await rpc(gateway, caller, method, params, { path });
  return body.error?.code ?? body.result;
}

const call = (name: string, path = '/mcp/strict'): Promise<unknown> =>
  told('tools/call', { name, arguments: {} }, path);

test('a tool is callable by its exact listed name alone', async () => {
  expect(await call('read_notes')).toMatchObject({ content: [{ text: 'ran read_notes' }] });
  expect(await call('delete_notes')).toBe(-32011);
  const names = ['Delete_Notes', 'delete_notes ', 'delete-notes', 'debug_exec', 'READ_NOTES'];
  for (const name of names) expect([name, await call(name)]).toEqual([name, -32602]);
  for (const name of names) expect([name, await call(`strict__${name}`, '/mcp')]).toEqual([name, -32602]);
  const logged = (await gateway.audit()).filter(({ reason }) => reason === 'tool_not_listed');
  // The same name under the other path is a repeat, which is counted.
  expect(logged.map(({ tool_name, allowed }) => [tool_name, allowed])).toEqual(
    names.map((name) => [name, false]),
  );
  expect(await call('no_server_has_it', '/mcp')).toBe(-32602);
  expect((await gateway.audit()).at(-1)).toMatchObject({ event: 'tool_authz', reason: 'unknown_tool' });
});

test('a prompt is given by its exact listed name alone', async () => {
  const get = (name: string): Promise<unknown> => told('prompts/get', { name }, '/mcp/strict');
  const complete = (name: string): Promise<unknown> =>
    told(
      'completion/complete',
      { ref: { type: 'ref/prompt', name }, argument: { name: 'a', value: '' } },
      '/mcp/strict',
    );
  expect(await get('greet')).toMatchObject({ messages: [{ content: { text: 'gave greet' } }] });
  expect(await complete('greet')).toMatchObject({ completion: { values: ['completed'] } });
  for (const name of ['Greet', 'greet ', 'hidden']) {
    expect([await get(name), await complete(name)]).toEqual([-32602, -32602]);
  }
  const logged = (await gateway.audit()).filter(({ reason }) => reason === 'prompt_not_listed');
  expect(logged).toHaveLength(6);
});

test('with unlisted_tools: allow any name is forwarded that no policy denies, and status warns of it', async () => {
  expect(await call('debug_exec', '/mcp/open')).toMatchObject({ content: [{ text: 'ran debug_exec' }] });
  expect(await call('delete_notes', '/mcp/open')).toBe(-32011);
  const status = await gateway.cli('status');
  expect(status.stdout).toMatch(/open: tools and prompts that it does not list may be used/);
});

test('forwards no call to a server whose list can’t be read, and logs why', async () => {
  expect(await call('anything', '/mcp/broken')).toBe(-32010);
  expect((await gateway.audit()).filter(({ server_id: id }) => id === 'broken').at(-1)).toMatchObject({
    event: 'tool_result',
    tool_name: 'anything',
    detail: { outcome: 'upstream_exited' },
  });
});
