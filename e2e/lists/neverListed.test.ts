import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callTool, rpc, type Caller, type Reply } from '../harness/rpc.ts';
import { fixture, memory } from '../harness/servers.ts';

/** Each has lists of its own, so that nobody has listed before it: what is first asked for is not a list. */
const clients: Caller[] = Array.from({ length: 6 }, (_, n) => ({
  id: `client${n}`,
  token: `token-of-client-${n}-0123456789`,
}));
const granted = ['memory', 'marked', 'app', 'crash'];
const view = 'ui://app/chart.html';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  const marked = join(gateway.folder, 'tools.json');
  const look = { name: 'look', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } };
  writeFileSync(marked, JSON.stringify([look]));
  const scope = 'client';
  await gateway.writeRegistry({
    clients: Object.fromEntries(
      clients.map(({ id, token }) => [id, { token, allow_servers: granted, tools: 'search' }]),
    ),
    servers: {
      memory: { ...memory(), scope },
      marked: { ...fixture('changing-server.ts', marked), scope },
      app: { ...fixture('app-server.ts', view), scope },
      crash: { ...fixture('hostile-server.ts', '--crash'), scope },
      secret: fixture('plain-server.ts'),
    },
  });
  await gateway.run();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const [finder, describer, reader, writer, viewer, app] = clients as [
  Caller,
  Caller,
  Caller,
  Caller,
  Caller,
  Caller,
];

function textOf({ body }: Reply): Record<string, unknown> {
  const content = body.result?.['content'] as { text: string }[];
  return JSON.parse(content[0]?.text ?? '') as Record<string, unknown>;
}

const startsFor = async ({ id }: Caller): Promise<unknown[]> =>
  (await gateway.audit())
    .filter(({ event, client_id }) => event === 'server_start' && client_id === id)
    .map(({ server_id }) => server_id);

test('find_tools finds the tools of servers never listed before, and names unknown servers', async () => {
  const answer = textOf(await callTool(gateway, finder, 'find_tools', { queries: ['read graph'] }));
  expect((answer['tools'] as { name: string }[])[0]?.name).toBe('memory__read_graph');
  expect(answer['not_listed']).toEqual(['crash']);
  expect((await startsFor(finder)).filter((id) => id !== 'crash').sort()).toEqual([
    'app',
    'marked',
    'memory',
  ]);
});

test('describe_tools describes them', async () => {
  const names = ['marked__look', 'secret__echo'];
  expect(textOf(await callTool(gateway, describer, 'describe_tools', { names }))).toMatchObject({
    tools: [{ name: 'marked__look' }],
    not_found: ['secret__echo'],
  });
});

test.each([
  ['call_read_tool', () => reader, undefined],
  ['call_write_tool', () => writer, -32602],
])('%s knows the class of such a tool', async (by, who, code) => {
  const { body } = await callTool(gateway, who(), by, { name: 'marked__look', arguments: {} });
  expect(body.error?.code).toBe(code);
});

test('a view is read, and its tool called by its own name', async () => {
  const { body } = await rpc(gateway, viewer, 'resources/read', { uri: view });
  expect(body.result).toMatchObject({ contents: [{ uri: view }] });
  expect((await callTool(gateway, app, 'reload')).body.result).toMatchObject({ content: [{ type: 'text' }] });
});
