import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, rpc, toolNames } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
const management = { 'X-Lmcp-Management-Token': 'management-token-0123456789' };
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    lmcp: { list_max_mib: 1, management_token: management['X-Lmcp-Management-Token'] },
    clients: { tester: { token: caller.token, allow_servers: ['long', 'short'] } },
    servers: { long: fixture('long-server.ts', '5'), short: fixture('long-server.ts', '1') },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const call = async (server: string, name: string) =>
  (await rpc(gateway, caller, 'tools/call', { name, arguments: {} }, { path: `/mcp/${server}` })).body;

test('items above lmcp.list_max_mib are neither listed nor callable, and the error says why', async () => {
  expect(await toolNames(gateway, caller, '/mcp/long')).toEqual(['tool_0', 'tool_1', 'tool_2']);
  expect((await call('long', 'tool_2')).result).toBeDefined();
  const { error } = await call('long', 'tool_3');
  expect(error).toMatchObject({ code: -32602, data: { reason: 'tool_not_listed' } });
  expect(error?.message).toContain('beyond lmcp.list_max_mib is cut and cannot be used');
  expect((await call('short', 'tool_3')).error?.message).not.toContain('list_max_mib');
});

test('status, the management API, the log and the terminal say so', async () => {
  const get = async (path: string): Promise<unknown> =>
    (await fetch(`${gateway.origin}${path}`, { headers: management })).json();
  expect(await get('/status')).toMatchObject({
    status: {
      servers: [
        { server_id: 'long', cut_lists: ['tools'] },
        { server_id: 'short', cut_lists: [] },
      ],
    },
  });
  expect(await get('/management/servers/long')).toMatchObject({ server: { cut_lists: ['tools'] } });
  expect((await gateway.cli('status')).stdout).toMatch(/long .*3 \(cut: lmcp\.list_max_mib\)/);
  expect((await gateway.audit()).filter(({ event }) => event === 'server_error')).toMatchObject([
    { server_id: 'long', detail: { kind: 'list_cut', list: 'tools', kept: 3 } },
  ]);
  expect(gateway.output).toContain('the list of tools of server "long" was cut after 3 of them');
});
