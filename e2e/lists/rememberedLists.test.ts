import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import type { ServerAnswer } from '../../gateway/src/api/servers.ts';
import { TestGateway, until, type RegistryInput } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { childrenOf } from '../harness/processes/processes.ts';
import { callTool, credentialsOf, rpc, toolNames, type Caller } from '../harness/rpc.ts';
import { everything, filesystem, fixture, memory, packaged } from '../harness/servers.ts';

const clients: Caller[] = Array.from({ length: 10 }, (_, n) => ({
  id: `client${n}`,
  token: `token-of-client-${n}-0123456789`,
}));
const [caller = { id: '', token: '' }, other = caller] = clients;
const kinds = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'];
const tool = (name: string, description = `does ${name}`): object => ({
  name,
  description,
  inputSchema: { type: 'object' },
});

function registryOf(servers: Readonly<Record<string, unknown>>): RegistryInput {
  const names = Object.keys(servers);
  return {
    lmcp: { management_token: managementToken },
    clients: Object.fromEntries(clients.map(({ id, token }) => [id, { token, allow_servers: names }])),
    servers,
  };
}

const processes = (gateway: TestGateway): number => childrenOf(gateway.process?.pid).length;
const starts = async (gateway: TestGateway): Promise<number> =>
  (await gateway.audit()).filter(({ event }) => event === 'server_start').length;

async function connect(gateway: TestGateway, who: Caller, path = '/mcp'): Promise<Client> {
  const client = new Client({ name: who.id, version: '1.0.0' });
  const requestInit = { headers: credentialsOf(who) };
  await client.connect(new StreamableHTTPClientTransport(new URL(gateway.origin + path), { requestInit }));
  return client;
}

/** What every client is given of all four kinds, as text. */
const allLists = (gateway: TestGateway): Promise<string[]> =>
  Promise.all(clients.flatMap((who) => kinds.map(async (kind) => (await rpc(gateway, who, kind)).text)));

test('after a restart ten clients list ten real servers whole without a process, and a call starts one', async () => {
  const folder = (name: string): string => {
    const path = join('/tmp', `lmcp-lists-${process.pid}-${name}`);
    mkdirSync(path, { recursive: true });
    return path;
  };
  await using gateway = await TestGateway.start(
    registryOf({
      everything: everything(),
      everything2: everything(),
      files: filesystem(folder('a')),
      files2: filesystem(folder('b')),
      files3: filesystem(folder('c')),
      memory: memory(),
      memory2: memory(),
      browser: packaged('@playwright/mcp/cli.js', '--headless'),
      images: packaged('comfyui-mcp/dist/index.js'),
      plain: fixture('plain-server.ts'),
    }),
  );
  await until('every server has been asked', async () => {
    const { body } = await rpc(gateway, caller, 'tools/list');
    const tools = body.result?.['tools'] as { name: string }[];
    return new Set(tools.map(({ name }) => name.split('__')[0])).size === 10;
  });
  const before = await allLists(gateway);
  // What ten clients listed was read for one of them.
  expect(await starts(gateway)).toBe(10);
  await gateway.stop();
  await gateway.run();

  const sessions = await Promise.all(clients.map((who) => connect(gateway, who)));
  const one = await connect(gateway, caller, '/mcp/everything');
  expect(one.getInstructions()).toContain('server');
  expect(await allLists(gateway)).toEqual(before);
  expect([await starts(gateway), processes(gateway)]).toEqual([10, 0]);

  const echo = await sessions[0]?.callTool({ name: 'everything__echo', arguments: { message: 'hi' } });
  expect(echo).toMatchObject({ content: [{ text: expect.stringContaining('hi') as string }] });
  expect(await allLists(gateway)).toEqual(before);
  expect(await starts(gateway)).toBe(11);
  await Promise.all([...sessions, one].map((session) => session.close()));
}, 120_000);

test('an upgrade met by a call is announced and logged before the call, and with pin_tools not callable', async () => {
  const gateway = await TestGateway.prepare({});
  await using _ = gateway;
  const file = join(gateway.folder, 'tools.json');
  const offer = (...tools: object[]): void => writeFileSync(file, JSON.stringify(tools));
  offer(tool('read'), tool('write'));
  await gateway.writeRegistry(
    registryOf({ changing: { ...fixture('changing-server.ts', file), pin_tools: true } }),
  );
  await gateway.run();
  expect(await toolNames(gateway, caller)).toEqual(['changing__read', 'changing__write']);
  await gateway.stop();
  offer(tool('read', 'reads, and sends it away'), tool('write'), tool('new'));
  await gateway.run();

  const client = await connect(gateway, other);
  let heard = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    heard++;
  });
  const shown = async (): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);
  expect(await shown()).toEqual(['changing__read', 'changing__write']);
  expect(processes(gateway)).toBe(0);
  // The new definition is judged although the client was shown the old one.
  expect((await callTool(gateway, caller, 'changing__read')).body.error?.code).toBe(-32011);
  const lines = await gateway.audit();
  const changed = lines.findIndex(
    ({ event, tool_name }) => event === 'tool_definition_changed' && tool_name === 'read',
  );
  const denied = lines.findIndex(
    ({ reason, tool_name }) => reason === 'tool_not_approved' && tool_name === 'read',
  );
  expect([changed > 0, denied > changed]).toEqual([true, true]);
  await until('the other client has heard', () => heard > 0);
  expect(await shown()).toEqual(['changing__write']);
  await client.close();
});

test('servers that crash, hang, err or list differently each time change nothing of nine others’ lists', async () => {
  const gateway = await TestGateway.prepare({});
  await using _ = gateway;
  const file = join(gateway.folder, 'tools.json');
  const good = Array.from({ length: 9 }, (_, n) => [`good${n}`, fixture('plain-server.ts')] as const);
  await gateway.writeRegistry(
    registryOf({
      crash: fixture('hostile-server.ts', '--crash'),
      late: fixture('hostile-server.ts', '--crash-late'),
      ...Object.fromEntries(good.slice(0, 5)),
      hang: fixture('hostile-server.ts', '--never-initialize'),
      err: fixture('changing-server.ts', file),
      fickle: fixture('changing-server.ts'),
      ...Object.fromEntries(good.slice(5)),
    }),
  );
  await gateway.run();
  const ofGood = (names: readonly string[]): string[] => names.filter((name) => name.startsWith('good'));
  // A list waits only so long for servers that have just been started.
  await until('all nine have started', async () => {
    const listed = await toolNames(gateway, caller);
    return good.every(([id]) => listed.some((name) => name.startsWith(`${id}__`)));
  });
  const each = ofGood(await toolNames(gateway, caller, '/mcp')).filter((name) => name.startsWith('good0__'));
  const expected = good.flatMap(([id]) => each.map((name) => name.replace('good0', id)));
  expect(each.length).toBeGreaterThan(1);
  const startsOf = async (id: string): Promise<number> =>
    (await gateway.audit()).filter(({ event, server_id }) => event === 'server_start' && server_id === id)
      .length;
  const [crashes, hangs] = [await startsOf('crash'), await startsOf('hang')];
  for (const who of clients) expect(ofGood(await toolNames(gateway, who))).toEqual(expected);
  // Ten lists within one back-off start nothing that its own retry would not have started.
  expect(await startsOf('crash')).toBeLessThanOrEqual(crashes + 2);
  expect(await startsOf('hang')).toBe(hangs);
  writeFileSync(file, JSON.stringify([tool('late')]));
  await until('the server that erred is listed', async () =>
    (await toolNames(gateway, caller)).includes('err__late'),
  );
  expect(ofGood(await toolNames(gateway, caller))).toEqual(expected);
});

test('tools enabled by a call are listed only for the instance of the calling client', async () => {
  await using gateway = await TestGateway.start(registryOf({ plain: fixture('plain-server.ts') }));
  const before = await toolNames(gateway, other);
  await callTool(gateway, caller, 'plain__add_tool');
  await until('the new tool is listed for its client', async () =>
    (await toolNames(gateway, caller)).some((name) => name.startsWith('plain__added_')),
  );
  expect(await toolNames(gateway, other)).toEqual(before);
  await gateway.stop();
  await gateway.run();
  expect(await toolNames(gateway, caller)).toEqual(before);
});

test('a changed or removed entry is forgotten; a damaged file is said and read again from the server', async () => {
  const gateway = await TestGateway.prepare({});
  await using _ = gateway;
  const [one, two] = ['one.json', 'two.json'].map((name) => join(gateway.folder, name)) as [string, string];
  writeFileSync(one, JSON.stringify([tool('a')]));
  writeFileSync(two, JSON.stringify([tool('b')]));
  const serve = (file: string): RegistryInput =>
    registryOf({ changing: fixture('changing-server.ts', file) });
  await gateway.writeRegistry(serve(one));
  await gateway.run();
  expect(await toolNames(gateway, caller)).toEqual(['changing__a']);
  await gateway.writeRegistry(serve(two));
  await until('the new entry is listed', async () =>
    (await toolNames(gateway, caller)).includes('changing__b'),
  );
  expect(await toolNames(gateway, caller)).toEqual(['changing__b']);
  await gateway.stop();
  const stored = join(gateway.folder, 'config/.lists/changing.json');
  expect(JSON.parse(readFileSync(stored, 'utf8'))).toMatchObject({ version: 1 });
  writeFileSync(stored, readFileSync(stored, 'utf8').slice(0, -20));
  await gateway.run();
  expect(gateway.output).toContain('changing.json cannot be used');
  expect(await toolNames(gateway, caller)).toEqual(['changing__b']);
});

test('`lmcp tools refresh`, its button’s request and lists: fresh ask a server again', async () => {
  const gateway = await TestGateway.prepare({});
  await using _ = gateway;
  const file = join(gateway.folder, 'tools.json');
  const offer = (...names: string[]): void =>
    writeFileSync(file, JSON.stringify(names.map((name) => tool(name))));
  offer('a');
  await gateway.writeRegistry(
    registryOf({
      kept: fixture('changing-server.ts', file),
      fresh: { ...fixture('changing-server.ts', file), lists: 'fresh' },
    }),
  );
  await gateway.run();
  expect(await toolNames(gateway, caller)).toEqual(['kept__a', 'fresh__a']);
  offer('a', 'b');
  expect(await toolNames(gateway, caller)).toEqual(['kept__a', 'fresh__a', 'fresh__b']);
  const refreshed = await gateway.cli('tools', 'refresh');
  expect([refreshed.code, refreshed.stderr, refreshed.stdout]).toEqual([
    0,
    '',
    'kept: 2 tools\nfresh: 2 tools\n',
  ]);
  expect(await toolNames(gateway, caller)).toEqual(['kept__a', 'kept__b', 'fresh__a', 'fresh__b']);
  offer('c');
  const { body } = await manage<ServerAnswer>(gateway, managementToken, '/management/servers/kept/refresh', {
    body: {},
  });
  expect(body.server.tools?.map(({ name }) => name)).toEqual(['c']);
  expect(Date.now() - (body.server.tools_at ?? 0)).toBeLessThan(60_000);
  // The lists of a server with a scope of its own are read again for each client that has them.
  await gateway.writeRegistry(
    registryOf({ own: { ...fixture('changing-server.ts', file), scope: 'client' } }),
  );
  await until('the server is listed', async () => (await toolNames(gateway, caller)).includes('own__c'));
  expect(await toolNames(gateway, other)).toEqual(['own__c']);
  offer('d');
  expect((await gateway.cli('tools', 'refresh', 'own')).stderr).toBe('');
  for (const who of [caller, other]) expect(await toolNames(gateway, who)).toEqual(['own__d']);
  await gateway.writeRegistry(registryOf({ gone: fixture('no-such-server.ts') }));
  const failed = await gateway.cli('tools', 'refresh');
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('gone: ')]);
});
