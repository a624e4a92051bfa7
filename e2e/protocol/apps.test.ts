import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool, rpc, toolNames } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
const other = callerNamed('other');
const view = 'ui://app/chart.html';
let gateway: TestGateway;

beforeAll(async () => {
  const closed = { mode: 'allow_all', deny_tools: ['reload'] };
  gateway = await TestGateway.start({
    clients: {
      tester: { token: caller.token, allow_servers: ['app', 'plain'] },
      other: { token: other.token, allow_servers: ['app', 'twin', 'denied'] },
    },
    servers: {
      app: fixture('app-server.ts', view),
      twin: fixture('app-server.ts', view),
      denied: { ...fixture('app-server.ts', 'ui://denied/one.html'), tool_policy: closed },
      plain: fixture('plain-server.ts'),
    },
  });
  await Promise.all([caller, other].map((who) => toolNames(gateway, who)));
});
afterAll(() => gateway[Symbol.asyncDispose]());

const readAs = (who: typeof caller, uri: string) => rpc(gateway, who, 'resources/read', { uri });

test('a view is read on /mcp by the URI that its tool names, and answered under it', async () => {
  const { body } = await rpc(gateway, caller, 'tools/list');
  expect(JSON.stringify(body.result)).toContain(`"resourceUri":"${view}"`);
  expect((await readAs(caller, view)).body.result).toMatchObject({ contents: [{ uri: view, text: '<p>' }] });
  const exposed = `lmcp:app/${view}`;
  expect((await readAs(caller, exposed)).body.result).toMatchObject({ contents: [{ uri: exposed }] });
  const lines = (await gateway.audit()).filter(
    ({ event, server_id }) => event === 'tool_authz' && server_id === 'app',
  );
  expect(lines).toHaveLength(2);
});

test('a view calls tools of its server by their own names as well, through every check', async () => {
  for (const name of ['reload', 'app__reload', 'app__refresh__data'])
    expect((await callTool(gateway, caller, name)).body.result).toMatchObject({
      content: [{ type: 'text' }],
    });
  // A server without views is called by the names of /mcp alone.
  expect((await callTool(gateway, caller, 'echo')).body.error?.code).toBe(-32602);
});

test('sends the instructions of all allowed servers on /mcp, and on a path those of its server', async () => {
  const initialize = async (who: typeof caller, path?: string): Promise<unknown> => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    };
    const { body } = await rpc(gateway, who, 'initialize', params, path === undefined ? {} : { path });
    return body.result?.['instructions'];
  };
  const part = (id: string, text: string): string => `# ${id} (its tools begin with ${id}__)\n\n${text}`;
  expect(await initialize(other)).toBe(
    [
      part('app', `Show ${view}.`),
      part('twin', `Show ${view}.`),
      part('denied', 'Show ui://denied/one.html.'),
    ].join('\n\n'),
  );
  expect(await initialize(caller)).toBe(part('app', `Show ${view}.`));
  expect(await initialize(caller, '/mcp/app')).toBe(`Show ${view}.`);
});

test('denies views and tools that several servers name, or a policy denies', async () => {
  expect((await readAs(other, view)).body.error?.code).toBe(-32602);
  expect((await readAs(other, `lmcp:twin/${view}`)).body.result).toBeDefined();
  expect((await callTool(gateway, other, 'reload')).body.error?.code).toBe(-32602);
  expect((await callTool(gateway, other, 'denied__reload')).body.error?.code).toBe(-32011);
  expect((await readAs(caller, 'ui://denied/one.html')).body.error?.code).toBe(-32602);
});
