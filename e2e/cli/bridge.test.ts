import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ElicitRequestSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { hash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { conformanceServer } from '../conformance/directFixture.ts';
import { lmcpProgram, runLmcp } from '../harness/commandLine.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { everything, fixture } from '../harness/servers.ts';

const red = { id: 'red', token: 'token-of-red-0123456789-0123456789' };
let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start({
    clients: {
      red: { token: red.token, allow_servers: ['plain', 'asking', 'everything', 'conformance'] },
    },
    servers: {
      plain: fixture('plain-server.ts'),
      asking: { ...fixture('odd/asking-server.ts'), unlisted_tools: 'allow' },
      everything: everything(),
      conformance: { transport: 'stdio', command: process.execPath, args: [conformanceServer] },
    },
  });
});
afterEach(() => gateway[Symbol.asyncDispose]());

const bridgeOf = (...args: string[]) => ({
  command: process.execPath,
  args: [lmcpProgram, 'stdio', '--client', 'red', '--registry', gateway.registryPath, ...args],
  stderr: 'inherit' as const,
});

/** The value of a column of /proc/<pid>/status, in kB. */
async function memoryOf(pid: number | null): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
}

const ended = (what: string, pid: number | null): Promise<void> =>
  until(`${what} has ended`, () =>
    memoryOf(pid).then(
      () => false,
      () => true,
    ),
  );

async function connect(...args: string[]) {
  const transport = new StdioV1(bridgeOf(...args));
  const client = new ClientV1(
    { name: 'red', version: '1' },
    { capabilities: { elicitation: {}, sampling: {} } },
  );
  await client.connect(transport);
  return { client, transport, [Symbol.asyncDispose]: () => client.close() };
}

const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content[0]?.text ?? '';

describe('the bridge', () => {
  test('passes everything in both directions for a client with a handshake', async () => {
    await using bridged = await connect();
    const { client } = bridged;
    const asked: string[] = [];
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      return { action: 'accept', content: { name: 'red' } };
    });
    expect(client.getServerVersion()?.name).toBe('lmcp');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['plain__echo', 'everything__echo']),
    );
    const exact = await client.callTool({ name: 'plain__echo', arguments: { text: 'é€😀\n' } });
    expect(exact.structuredContent).toEqual({ text: 'é€😀\n' });
    const progress: number[] = [];
    await client.callTool({ name: 'plain__slow', arguments: { ms: 50 } }, undefined, {
      onprogress: (one) => progress.push(one.progress),
    });
    expect(progress.length).toBeGreaterThan(0);
    const params = {
      message: 'who?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
    };
    const answer = await client.callTool({
      name: 'asking__ask',
      arguments: { method: 'elicitation/create', params },
    });
    expect(asked).toEqual(['who?']);
    expect(textOf(answer)).toContain('"action":"accept"');
    const changed = new Promise((resolve) =>
      client.setNotificationHandler(ToolListChangedNotificationSchema, resolve),
    );
    await client.callTool({ name: 'plain__add_tool', arguments: {} });
    await changed;
    const ending = new AbortController();
    // Its first progress shows that the server has it, which would answer a minute later.
    const long = {
      name: 'everything__trigger-long-running-operation',
      arguments: { duration: 60, steps: 200 },
    };
    const slow = client.callTool(long, undefined, {
      signal: ending.signal,
      onprogress: () => ending.abort('enough'),
    });
    await expect(slow).rejects.toThrow();
    await until('the cancellation is logged', async () =>
      (await gateway.audit()).some(
        ({ detail }) => (detail as { outcome?: string } | null)?.outcome === 'cancelled',
      ),
    );
  });

  test('passes numbers and unknown members as they are', async () => {
    const line = (message: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
    const call =
      '{"jsonrpc":"2.0","id":12345678901234567890,"method":"tools/call","params":{"name":"plain__exotic"}}\n';
    const ran = await runLmcp(
      gateway.folder,
      bridgeOf().args.slice(1),
      {},
      call + line({ id: 'x', method: 'nonesuch' }) + 'not json\n',
    );
    const answers = ran.stdout.trimEnd().split('\n');
    expect(answers.find((answer) => answer.includes('hologram'))).toMatch(
      /"n":12345678901234567890.*9007199254740993.*1e-400.*"id":12345678901234567890|"id":12345678901234567890.*"n":12345678901234567890.*9007199254740993.*1e-400/,
    );
    expect(answers.map((answer) => (JSON.parse(answer) as { error?: { code: number } }).error?.code)).toEqual(
      expect.arrayContaining([-32601, -32700, undefined]),
    );
    expect(ran.code).toBe(0);
  });

  test('serves clients of the stateless era', async () => {
    const client = new ClientV2({ name: 'red', version: '2' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StdioV2(bridgeOf('--server', 'conformance')));
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(5);
    const result = await client.callTool({ name: 'test_simple_text' });
    expect(textOf(result)).not.toBe('');
    await client.close();
  });

  test('survives a restart of the gateway: the session goes on, the call under way fails with the reason', async () => {
    await using bridged = await connect();
    const { client } = bridged;
    let changes = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      changes++;
    });
    await client.callTool({ name: 'plain__echo', arguments: {} });
    const [resource] = (await client.listResources()).resources;
    await client.subscribeResource({ uri: resource?.uri ?? '' });
    const lost = client.callTool({ name: 'plain__slow', arguments: { ms: 20_000 } });
    const failure = expect(lost).rejects.toMatchObject({
      code: -32010,
      data: { kind: 'gateway_lost' },
      message: expect.stringContaining('whether it was executed is not known') as string,
    });
    await until('the call runs', async () =>
      (await gateway.audit()).some(({ tool_name: tool, event }) => tool === 'slow' && event === 'tool_authz'),
    );
    await gateway.stop('SIGKILL');
    await failure;
    const before = changes;
    const listed = client.listTools();
    await gateway.run();
    expect((await listed).tools.length).toBeGreaterThan(5);
    const echoed = await client.callTool({ name: 'plain__echo', arguments: { again: true } });
    expect(echoed.structuredContent).toEqual({ again: true });
    await until('the application was told to list again', () => changes > before);
    const updated = new Promise((resolve) =>
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, resolve),
    );
    await client.callTool({ name: 'everything__toggle-subscriber-updates', arguments: {} });
    await updated;
  });

  test('takes the token from the file of the secrets or from LMCP_TOKEN', async () => {
    const digest = hash('sha256', red.token, 'hex');
    await gateway.writeRegistry({
      clients: { red: { token_sha256: digest, allow_servers: ['plain'] } },
      servers: { plain: fixture('plain-server.ts') },
    });
    const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
    const run = (env: Record<string, string> = {}) =>
      runLmcp(gateway.folder, bridgeOf().args.slice(1), env, list);
    const unknown = await run();
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('secret set lmcp-client-red');
    expect((await run({ LMCP_TOKEN: red.token })).stdout).toContain('plain__echo');
    await writeFile(
      join(gateway.folder, 'config/secrets.yaml'),
      stringify({ 'lmcp-client-red': red.token }),
      { mode: 0o600 },
    );
    expect((await run()).stdout).toContain('plain__echo');
    const url = ['stdio', '--client', 'red', '--url', gateway.origin];
    const named = await runLmcp(gateway.folder, url, { LMCP_TOKEN: red.token }, list);
    expect(named.stdout).toContain('plain__echo');
  });

  test('sends the token to no other program that took the port', async () => {
    await gateway.stop();
    const seen: string[] = [];
    const squatter = createServer((request, response) => {
      seen.push(JSON.stringify(request.headers));
      response.end('{"ok":true,"service":"lmcp"}');
    });
    await new Promise<void>((resolve) => squatter.listen(gateway.port, '127.0.0.1', resolve));
    const transport = new StdioV1({ ...bridgeOf(), stderr: 'ignore' });
    const client = new ClientV1({ name: 'red', version: '1' });
    const connecting = client.connect(transport).catch(() => undefined);
    await until('it was asked', () => seen.length > 3);
    squatter.close();
    squatter.closeAllConnections();
    expect(seen.join('')).not.toContain(red.token);
    await gateway.run();
    await connecting;
    expect(client.getServerVersion()?.name).toBe('lmcp');
    await client.close();
  });

  test('starts the gateway where none runs, if asked', async () => {
    await gateway.stop();
    await using bridged = await connect('--start');
    expect(bridged.client.getServerVersion()?.name).toBe('lmcp');
    const health = await fetch(`${gateway.origin}/status`);
    expect(health.status).toBe(200);
    const run = (await gateway.audit()).filter(({ event }) => event === 'audit_open').at(-1);
    const { pid } = run?.detail as { pid: number };
    process.kill(pid);
    await ended('the gateway', pid);
  });

  test('is one small process, and ends with its application', async () => {
    // The first start in a checkout compiles what the later ones load.
    await (await connect()).client.close();
    await using bridged = await connect();
    for (let i = 0; i < 200; i++) await bridged.client.callTool({ name: 'plain__echo', arguments: { i } });
    const { pid } = bridged.transport;
    expect(await memoryOf(pid)).toBeLessThan(60 * 1024);
    await bridged.client.close();
    await ended('the bridge', pid);
  });
});
