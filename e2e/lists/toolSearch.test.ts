import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClientToolsAnswer, FoundToolsAnswer } from '../../gateway/src/api/tools/clientTools.ts';
import type { StatusAnswer } from '../../gateway/src/api/status.ts';
import { TestGateway } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { callerNamed, rpc, searchTools, toolNames, type Reply } from '../harness/rpc.ts';
import { sdkClients, sdkV1 } from '../harness/sdkClients.ts';
import { everything, filesystem, fixture, memory } from '../harness/servers.ts';

const searcher = callerNamed('searcher');
const lister = callerNamed('lister');
const automatic = callerNamed('automatic');
const brief = callerNamed('brief');
const granted = ['everything', 'files', 'memory', 'marked'];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  const folder = join(gateway.folder, 'files');
  mkdirSync(folder);
  writeFileSync(join(folder, 'note.txt'), 'a note');
  const marked = join(gateway.folder, 'tools.json');
  writeFileSync(marked, JSON.stringify(markedTools));
  await gateway.writeRegistry({
    lmcp: { management_token: managementToken },
    clients: {
      searcher: {
        token: searcher.token,
        allow_servers: granted,
        tools: { mode: 'search', always: ['everything__ec*'] },
        tool_policy: { memory: { deny_tools: ['delete_entities'] } },
      },
      lister: { token: lister.token, allow_servers: granted },
      automatic: { token: automatic.token, allow_servers: granted, tools: { max: 20 } },
      brief: { token: brief.token, allow_servers: granted, tools: { mode: 'all', descriptions: 'short' } },
    },
    servers: {
      everything: everything(),
      files: filesystem(folder),
      memory: memory(),
      marked: fixture('changing-server.ts', marked),
      secret: fixture('plain-server.ts'),
    },
  });
  await gateway.run();
  // Asked once, so that nothing is late in the tests.
  await rpc(gateway, lister, 'tools/list');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const schema = { type: 'object' };
const markedTools = [
  { name: 'look', description: 'Looks at gizmos.', inputSchema: schema, annotations: { readOnlyHint: true } },
  { name: 'wipe', description: 'Wipes gizmos.', inputSchema: schema, annotations: { destructiveHint: true } },
  { name: 'poke', description: 'Pokes gizmos.', inputSchema: schema },
];

interface Found {
  readonly name: string;
  readonly call: string;
  readonly inputSchema?: object;
}

const call = (name: string, args: object, who = searcher, path = '/mcp'): Promise<Reply> =>
  rpc(gateway, who, 'tools/call', { name, arguments: args }, { path });

function textOf({ body }: Reply): string {
  const content = body.result?.['content'] as { text: string }[] | undefined;
  return content?.[0]?.text ?? JSON.stringify(body);
}

const find = async (...queries: string[]): Promise<Found[]> =>
  (JSON.parse(textOf(await call('find_tools', { queries, limit: 20 }))) as { tools: Found[] }).tools;

test('lists the tools of the search and what is always listed, and everything to others and on the path of a server', async () => {
  expect((await toolNames(gateway, searcher)).sort()).toEqual([...searchTools, 'everything__echo'].sort());
  const all = await toolNames(gateway, lister);
  expect(all.length).toBeGreaterThan(20);
  expect(all.some((name) => searchTools.includes(name))).toBe(false);
  expect(await toolNames(gateway, searcher, '/mcp/marked')).toEqual(['look', 'wipe', 'poke']);
  expect((await toolNames(gateway, lister, '/mcp?tools=search')).sort()).toEqual([...searchTools].sort());
});

test('auto: searched for beyond max, less for an application that takes fewer, not for one that defers tools itself', async () => {
  expect((await toolNames(gateway, automatic)).sort()).toEqual([...searchTools].sort());
  const asApplication = async (name: string): Promise<string[]> => {
    await using client = await sdkV1(gateway, automatic, name);
    return (await client.listTools()).tools.map((tool) => tool.name);
  };
  // To a client whose revision has tasks also what can only run as one.
  const listed = [...searchTools, 'everything__simulate-research-query'];
  expect(await asApplication('cursor-vscode')).toEqual(listed);
  expect((await asApplication('claude-code')).length).toBeGreaterThan(20);
});

test('finds tools by several wordings, with schemas of the best three and the tool that calls each', async () => {
  const found = await find('see what a document says', 'read text file');
  expect(found[0]).toMatchObject({
    name: 'files__read_text_file',
    call: 'call_read_tool',
    inputSchema: { type: 'object' },
  });
  expect(found.filter(({ inputSchema }) => inputSchema !== undefined)).toHaveLength(3);
  expect(await find('xyzzyq')).toEqual([]);
  const described = JSON.parse(
    textOf(await call('describe_tools', { names: ['marked__look', 'secret__echo'] })),
  ) as object;
  expect(described).toEqual({
    tools: [{ ...markedTools[0], name: 'marked__look' }],
    not_found: ['secret__echo'],
  });
});

test('calls tools only through the tool of their class, unchanged and under their own names', async () => {
  const path = { path: join(gateway.folder, 'files/note.txt') };
  const direct = await call('files__read_text_file', path);
  expect(direct.body.result?.['content']).toMatchObject([{ text: 'a note' }]);
  const through = await call('call_read_tool', { name: 'files__read_text_file', arguments: path });
  expect(through.body.result).toEqual(direct.body.result);
  for (const [tool, right] of [
    ['marked__look', 'call_read_tool'],
    ['marked__wipe', 'call_destructive_tool'],
    ['marked__poke', 'call_write_tool'],
  ] as const) {
    for (const by of searchTools.slice(2)) {
      const { error } = (await call(by, { name: tool, arguments: {} })).body;
      if (by === right) expect(error?.code).not.toBe(-32602);
      else expect(error).toMatchObject({ code: -32602, message: expect.stringContaining(right) as string });
    }
  }
});

test('logs the real tool and how it was called, but never the query', async () => {
  await find('confidential words of a query');
  await call('call_read_tool', { name: 'memory__read_graph' });
  const lines = await gateway.audit();
  expect(JSON.stringify(lines)).not.toContain('confidential');
  const of = (tool: string) => lines.filter(({ tool_name: name }) => name === tool);
  expect(
    of('find_tools')
      .map(({ event }) => event)
      .slice(-2),
  ).toEqual(['tool_authz', 'tool_result']);
  expect(of('find_tools').at(-1)?.detail).toMatchObject({
    outcome: 'ok',
    found: expect.any(Number) as number,
  });
  const read = of('read_graph').filter(({ detail }) => detail?.['via'] === 'search');
  expect(read.map(({ event, server_id }) => [event, server_id])).toEqual(
    [
      ['server_auth', 'memory'],
      ['tool_authz', 'memory'],
      ['tool_result', 'memory'],
    ].slice(1),
  );
  expect(of('call_read_tool')).toEqual([]);
});

test('status says who searches for tools, how often, and how often nothing was found', async () => {
  const searchesOf = async (): Promise<StatusAnswer['status']['clients'][number]['tool_search']> => {
    const { body } = await manage<StatusAnswer>(gateway, managementToken, '/status');
    const modes = body.status.clients.map(({ client_id, tools }) => [client_id, tools]);
    expect(modes).toEqual([
      ['searcher', 'search'],
      ['lister', 'all'],
      ['automatic', 'auto'],
      ['brief', 'all'],
    ]);
    return body.status.clients[0]?.tool_search ?? { searches: 0, found: 0, missed: 0 };
  };
  const before = await searchesOf();
  const found = await find('read text file');
  await find('xyzzyq');
  const { searches, found: all, missed } = await searchesOf();
  expect([searches - before.searches, all - before.found, missed - before.missed]).toEqual([
    2,
    found.length,
    1,
  ]);
});

test('`lmcp tools list --client` says how large the list of a client is, and which servers make it up', async () => {
  const whole = await rpc(gateway, lister, 'tools/list');
  const tools = whole.body.result?.['tools'] as unknown[];
  const json = await gateway.cli('tools', 'list', '--client', 'lister', '--json');
  const sizes = JSON.parse(json.stdout) as ClientToolsAnswer;
  const listed = { tools: tools.length, bytes: Buffer.byteLength(JSON.stringify(tools)) };
  expect(sizes).toMatchObject({ mode: 'all', listed, allowed: { tools: tools.length } });
  expect(sizes.servers.map(({ server_id: id }) => id).sort()).toEqual([...granted].sort());
  const { stdout } = await gateway.cli('tools', 'list', '--client', 'searcher');
  expect(stdout).toMatch(/^searcher may use \d+ tools, .* tokens; listed \(search\): 6 tools, /);
  expect(stdout).toMatch(/^memory +8 +\d+\.\d +\d+$/m);
  const short = await gateway.cli('tools', 'list', '--client', 'brief');
  expect(short.stdout).toMatch(/; listed \(all, short descriptions\): \d+ tools, /);
  await using client = await sdkV1(gateway, lister, 'cursor-vscode');
  await client.listTools();
  const { applications } = JSON.parse(
    (await gateway.cli('tools', 'list', '--client', 'lister', '--json')).stdout,
  ) as ClientToolsAnswer;
  expect(applications).toContainEqual({ name: 'cursor-vscode', limit: 80 });
  expect((await gateway.cli('tools', 'list')).code).toBe(2);
});

const toolsOf = async (id: string, query = ''): Promise<ClientToolsAnswer> =>
  (await manage<ClientToolsAnswer>(gateway, managementToken, `/management/clients/${id}/tools${query}`)).body;

test('the management API returns the list that a client would get, without changing it', async () => {
  const now = await toolsOf('lister');
  const searched = await toolsOf('lister', '?mode=search');
  expect(searched).toMatchObject({
    mode: 'search',
    by_search: true,
    allowed: now.allowed,
    names: searchTools,
  });
  expect(await toolsOf('lister', '?mode=auto&max=10')).toMatchObject({ by_search: true, max: 10 });
  expect(await toolsOf('lister', '?mode=auto&max=1000')).toMatchObject({
    by_search: false,
    listed: now.listed,
  });
  const short = await toolsOf('lister', '?descriptions=short');
  expect(short.listed.tools).toBe(now.listed.tools + 1);
  expect(short.listed.tokens).toBeLessThan(now.listed.tokens);
  expect(now).toMatchObject({ unknown_servers: [], searches: { searches: 0, missed: 0 } });
  expect(await toolNames(gateway, lister)).toEqual(now.names);
  const wrong = await manage(gateway, managementToken, '/management/clients/lister/tools?mode=none');
  expect(wrong.status).toBe(400);
});

test('the management API finds tools of all servers, and says who may use each', async () => {
  const findAll = async (query: string): Promise<FoundToolsAnswer> =>
    (await manage<FoundToolsAnswer>(gateway, managementToken, `/management/tools?${query}`)).body;
  const found = await findAll('q=delete+entities');
  expect(found.tools[0]).toMatchObject({
    server_id: 'memory',
    name: 'delete_entities',
    hint: 'destructive',
    clients: ['lister', 'automatic', 'brief'],
  });
  expect(found.searched).toBe((await toolsOf('lister')).allowed.tools);
  // No client has it, so nobody has asked it yet.
  expect(found.unknown_servers).toEqual(['secret']);
  expect((await findAll('q=entities&limit=1')).tools).toHaveLength(1);
  expect((await findAll('q=xyzzyq')).tools).toEqual([]);
  expect((await manage(gateway, managementToken, '/management/tools')).status).toBe(400);
  expect((await manage(gateway, 'wrong', '/management/tools?q=x')).status).toBe(403);
});

test('denied tools are neither found nor described, and calling them fails like a direct call', async () => {
  for (const query of [
    'delete_entities',
    'memory__delete_entities',
    'memory.delete_entities',
    'delete entities',
    'secret',
    'secret__echo',
  ])
    for (const { name } of await find(query)) {
      expect(name).not.toBe('memory__delete_entities');
      expect(name.startsWith('secret__')).toBe(false);
    }
  const denied = [
    'memory__delete_entities',
    'memory.delete_entities',
    'secret__echo',
    'nonesuch__x',
    '__proto__',
    'constructor',
    'find_tools',
  ];
  const { not_found: missing } = JSON.parse(textOf(await call('describe_tools', { names: denied }))) as {
    not_found: string[];
  };
  expect(missing).toEqual(denied);
  for (const name of denied.slice(0, -1)) {
    const direct = (await call(name, {})).body.error;
    expect(direct).toBeDefined();
    for (const by of searchTools.slice(2))
      expect((await call(by, { name, arguments: {} })).body.error).toEqual(direct);
  }
});

test('a client without the search has none of its tools', async () => {
  for (const name of searchTools) {
    const { error } = (await call(name, { queries: ['x'], name: 'files__read_text_file' }, lister)).body;
    expect(error).toMatchObject({
      code: -32602,
      message: expect.stringContaining('there is no tool named') as string,
    });
  }
  const onServer = await call('find_tools', { queries: ['x'] }, searcher, '/mcp/marked');
  expect(onServer.body.error).toBeDefined();
});

test.each([
  {},
  { queries: [] },
  { queries: ['a', 'b', 'c', 'd', 'e', 'f'] },
  { queries: ['x'.repeat(2_000)] },
  { queries: [1] },
  { queries: { length: 1 } },
  { queries: ['x'], limit: 0 },
  { queries: ['x'], limit: 'all' },
  { queries: ['x'], server: 7 },
])('rejects %j', async (args) => {
  expect((await call('find_tools', args)).body.error?.code).toBe(-32602);
});

test.each(sdkClients)('%s finds a tool and calls it', async (_name, connect) => {
  await using client = await connect(gateway, searcher);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('find_tools');
  const queries = ['add two numbers', 'sum', 'get-sum'];
  const answer = (await client.callTool({ name: 'find_tools', arguments: { queries } })) as {
    content: { text: string }[];
  };
  const [found] = (JSON.parse(answer.content[0]?.text ?? '') as { tools: Found[] }).tools;
  expect(found?.name).toBe('everything__get-sum');
  const sum = await client.callTool({
    name: found?.call ?? '',
    arguments: { name: found?.name, arguments: { a: 2, b: 3 } },
  });
  expect(JSON.stringify(sum)).toContain('5');
});

test.each(sdkClients)(
  '%s is listed short descriptions, gets the whole ones by describe_tools, and calls tools as ever',
  async (_name, connect) => {
    await using whole = await connect(gateway, lister);
    const all = new Map((await whole.listTools()).tools.map((tool) => [tool.name, tool]));
    await using client = await connect(gateway, brief);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['describe_tools', ...all.keys()]);
    const cut = tools.filter(({ _meta: meta }) => meta?.['lmcp/description'] !== undefined);
    expect(cut.length).toBeGreaterThan(5);
    for (const tool of cut) {
      const { description = '' } = all.get(tool.name) ?? {};
      expect(tool._meta?.['lmcp/description']).toBe(description);
      expect(description.startsWith(tool.description ?? '-')).toBe(true);
    }
    const names = [cut[0]?.name ?? ''];
    const answer = (await client.callTool({ name: 'describe_tools', arguments: { names } })) as {
      content: { text: string }[];
    };
    const { tools: described } = JSON.parse(answer.content[0]?.text ?? '') as {
      tools: { description: string }[];
    };
    expect(described[0]?.description).toBe(all.get(names[0] ?? '')?.description);
    const sum = await client.callTool({ name: 'everything__get-sum', arguments: { a: 2, b: 3 } });
    expect(JSON.stringify(sum)).toContain('5');
    await expect(client.callTool({ name: 'find_tools', arguments: { queries: ['x'] } })).rejects.toThrow(
      'there is no tool named',
    );
  },
);
