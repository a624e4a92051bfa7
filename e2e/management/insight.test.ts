import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessAnswer, WhyAnswer } from '../../gateway/src/api/access.ts';
import type { ActivityAnswer, AuditPage, VerifyAnswer } from '../../gateway/src/api/audit.ts';
import type { CallAnswer } from '../../gateway/src/api/call.ts';
import type { ApiFailure } from '../../gateway/src/api/schema/failure.ts';
import type { ServerAnswer, ServersAnswer, ServerTestAnswer } from '../../gateway/src/api/servers.ts';
import { sleep, TestGateway, until } from '../harness/gateway.ts';
import {
  manage,
  managementToken,
  type AnyAnswer,
  type Asked,
  type ManagementReply,
} from '../harness/management.ts';
import { callerNamed, callTool, toolNames } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const vscode = callerNamed('vscode');
const codex = callerNamed('codex');
const apiKey = 'value-of-the-api-key-0123456789';
let gateway: TestGateway;

function ask<T = AnyAnswer>(path: string, asked: Asked = {}): Promise<ManagementReply<T>> {
  return manage<T>(gateway, managementToken, path, asked);
}
const send = <T = AnyAnswer>(path: string, body: unknown = {}) => ask<T>(path, { method: 'POST', body });

beforeAll(async () => {
  const plain = fixture('plain-server.ts');
  gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: {
      vscode: { token: vscode.token, allow_servers: ['plain', 'broken', 'stopped'] },
      codex: {
        token: codex.token,
        allow_servers: ['plain'],
        rate_limit_rpm: 600,
        tool_policy: { plain: { mode: 'allow_list', allow_tools: ['echo', 'env'] } },
      },
      nobody: { token: 'token-of-nobody-0123456789', allow_servers: [] },
      slow: { token: 'token-of-slow-0123456789', allow_servers: ['plain'], rate_limit_rpm: 1 },
    },
    servers: {
      plain: {
        ...plain,
        env: { API_KEY: apiKey },
        tool_policy: { deny_tools: ['env', 'ghost'] },
        unlisted_tools: 'allow',
      },
      broken: {
        transport: 'stdio',
        command: process.execPath,
        args: ['-e', "console.error('no database'); process.exit(3)"],
      },
      stopped: plain,
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

test('every route needs the token', async () => {
  const routes = [
    ['GET', '/management/access'],
    ['POST', '/management/access'],
    ['GET', '/management/why?client=codex&server=plain'],
    ['GET', '/management/servers'],
    ['GET', '/management/servers/plain'],
    ...['start', 'stop', 'restart', 'test', 'acknowledge'].map((name) => [
      'POST',
      `/management/servers/plain/${name}`,
    ]),
    ['GET', '/management/audit'],
    ['GET', '/management/audit/export'],
    ['GET', '/management/audit/verify'],
    ['POST', '/management/audit/verify'],
    ['POST', '/management/call'],
    ['GET', '/management/activity'],
  ] as ['GET' | 'POST', string][];
  for (const [method, path] of routes) {
    const body = method === 'POST' ? { body: {} } : {};
    const { status, body: answer } = await manage(gateway, undefined, path, { method, ...body });
    expect([path, status, answer.error]).toEqual([path, 403, 'management_unauthorized']);
  }
  expect((await ask<ServersAnswer>('/management/servers')).body.servers.map(({ state }) => state)).toEqual([
    'idle',
    'idle',
    'idle',
  ]);
});

describe('access', () => {
  test('the matrix agrees with what the client really gets, and names the deciding line', async () => {
    await toolNames(gateway, vscode, '/mcp/plain');
    const { body } = await ask<AccessAnswer>('/management/access');
    const [plain] = body.servers;
    expect(plain).toMatchObject({ server_id: 'plain', tools_known: true });
    expect(plain?.tools.at(-1)).toMatchObject({ tool: 'ghost', offered: false, mark: null });
    const access = (clientId: string) => {
      const cell = body.clients.find(({ client_id: id }) => id === clientId)?.cells[0];
      const tools = plain?.tools.filter(
        ({ offered }, at) => offered && body.rules[cell?.tools[at] ?? -1]?.allowed === true,
      );
      return { cell, names: tools?.map(({ tool }) => tool) };
    };
    expect(access('vscode').names).toEqual(await toolNames(gateway, vscode, '/mcp/plain'));
    expect(access('codex').names).toEqual(await toolNames(gateway, codex, '/mcp/plain'));
    expect(access('codex')).toMatchObject({ names: ['echo'], cell: { access: 'some', allowed_count: 1 } });
    expect(access('nobody').cell).toMatchObject({ access: 'none', allowed_count: 0 });
    const rule = body.rules.find(({ reason }) => reason === 'tool_denied');
    expect(rule?.path).toBe('servers.plain.tool_policy.deny_tools[0]');
    expect(rule?.line).toBeGreaterThan(1);
    expect(body.servers[2]).toMatchObject({ server_id: 'stopped', tools_known: false, tools: [] });
  });

  test('a patch shows access as it would be, and changes nothing', async () => {
    const patch = { clients: { nobody: { allow_servers: ['plain'] } } };
    const { body } = await send<AccessAnswer>('/management/access', { patch });
    expect(body.clients[2]?.cells[0]).toMatchObject({ access: 'some' });
    const now = await ask<AccessAnswer>('/management/access');
    expect(now.body.clients[2]?.cells[0]).toMatchObject({ access: 'none' });
    const wrong = await send('/management/access', {
      patch: { clients: { nobody: { allow_servers: ['nonesuch'] } } },
    });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_patch' } });
    expect((wrong.body['errors'] as object[])[0]).toMatchObject({ path: 'clients.nobody.allow_servers[0]' });
  });
});

describe('why', () => {
  const why = async (query: string) => (await ask<WhyAnswer>(`/management/why?${query}`)).body;

  test('a denial is explained check by check, with a patch that allows the call', async () => {
    const answer = await why('client=codex&server=plain&tool=plain__add');
    expect(answer).toMatchObject({
      allowed: false,
      tool: 'add',
      reason: 'client_tool_not_in_allow_list',
      allow: [
        {
          scope: 'client',
          gainers: ['codex'],
          patch: { clients: { codex: { tool_policy: { plain: { allow_tools: ['echo', 'env', 'add'] } } } } },
        },
      ],
    });
    expect(answer.steps.map(({ gate, outcome }) => `${gate} ${outcome}`)).toEqual([
      'client pass',
      'rate_limit pass',
      'server pass',
      'server_policy pass',
      'client_policy refuse',
      'listing skipped',
      'pinning skipped',
    ]);
    expect((await callTool(gateway, codex, 'plain__add')).body.error?.data).toEqual({
      reason: answer.reason,
    });
    const { body } = await send<AccessAnswer>('/management/access', { patch: answer.allow[0]?.patch });
    expect(body.clients[1]?.cells[0]?.allowed_count).toBe(2);
  });

  test('names that do not exist are denied by a rule; a question without names is an error', async () => {
    expect(await why('client=nonesuch&server=plain')).toMatchObject({
      allowed: false,
      reason: 'unknown_client',
    });
    expect(await why('client=codex&server=nonesuch')).toMatchObject({
      allowed: false,
      reason: 'server_not_allowed',
      allow: [],
    });
    expect(await why('client=vscode&server=plain')).toMatchObject({
      allowed: true,
      reason: 'ok',
      allow: [],
    });
    expect((await ask('/management/why?client=codex')).body.error).toBe('invalid_query');
  });

  test('the command line says the same', async () => {
    const denied = await gateway.cli('why', 'codex', 'plain', 'add', '--json');
    expect(denied.code).toBe(1);
    expect(JSON.parse(denied.stdout)).toMatchObject({
      allowed: false,
      reason: 'client_tool_not_in_allow_list',
    });
    const allowed = await gateway.cli('why', 'codex', 'plain', 'echo');
    expect(allowed.code).toBe(0);
    expect(allowed.stdout).toContain('"codex" may call "echo" of server "plain"');
    expect((await gateway.cli('why', 'codex')).code).toBe(2);
  });
});

describe('servers', () => {
  const server = async (id: string) => (await ask<ServerAnswer>(`/management/servers/${id}`)).body.server;
  const act = (id: string, name: string) => send<ServerAnswer>(`/management/servers/${id}/${name}`);

  test('details tell what the server is and offers, and no secret', async () => {
    await callTool(gateway, vscode, 'plain__echo', { a: 1 });
    const { text, body } = await ask<ServerAnswer>('/management/servers/plain');
    expect(body.server).toMatchObject({
      state: 'ready',
      runtime: 'process',
      server_info: { name: 'plain' },
      clients: ['vscode', 'codex', 'slow'],
      tool_count: 7,
      marked_tool_count: 0,
      latency: { failed: 0 },
    });
    expect(body.server.latency.calls).toBeGreaterThan(0);
    expect(body.server.latency.p50_ms).not.toBeNull();
    expect(body.server.tools?.[0]).toMatchObject({
      name: 'echo',
      exposed_name: 'plain__echo',
      input_schema: { type: 'object' },
      annotations: { readOnlyHint: true },
      mark: null,
    });
    expect(text).not.toContain(apiKey);
    expect((await ask('/management/servers/nonesuch')).body.error).toBe('unknown_server');
  });

  test('start, restart and stop reach their state and are logged as asked by management', async () => {
    expect((await act('stopped', 'start')).body.server).toMatchObject({
      state: 'ready',
      instances: 1,
      tool_count: 7,
    });
    await callTool(gateway, vscode, 'stopped__echo');
    expect((await server('stopped')).instances).toBe(2);
    expect((await act('stopped', 'restart')).body.server).toMatchObject({ state: 'ready', instances: 1 });
    expect((await act('stopped', 'stop')).body.server).toMatchObject({ state: 'idle', instances: 0 });
    expect((await callTool(gateway, vscode, 'stopped__echo')).body.result).toBeDefined();
    const lines = (await gateway.audit()).filter(({ server_id: id }) => id === 'stopped');
    const via = (event: string) =>
      lines.filter((line) => line.event === event && line.detail?.['via'] === 'management');
    expect(via('server_start').map(({ client_id: id }) => id)).toEqual([null, null]);
    expect(via('server_exit')).toHaveLength(3);
    expect((await act('nonesuch', 'start')).status).toBe(404);
  });

  test('stop lets a running call finish', async () => {
    const running = callTool(gateway, vscode, 'stopped__slow', { ms: 4_000 });
    await until('it runs', async () => (await server('stopped')).state === 'ready');
    await sleep(1_000);
    await act('stopped', 'stop');
    expect((await running).body.result).toMatchObject({ content: [{ text: 'done' }] });
  });

  test('a server that fails says why, immediately and each time', async () => {
    for (const name of ['start', 'restart']) {
      const { status, body } = await send('/management/servers/broken/' + name);
      expect([status, body.error]).toEqual([502, 'upstream_failed']);
      expect(body['message']).toContain('exited with code 3');
    }
    const { body } = await send<ServerTestAnswer>('/management/servers/broken/test');
    expect(body).toMatchObject({ passed: false, steps: [{ step: 'initialize', passed: false }] });
    expect(body.server.last_error).toContain('exited with code 3');
    expect(body.server.stderr_tail).toContain('no database');
  });

  test('a test starts the registered server afresh and leaves nothing behind', async () => {
    const before = (await server('stopped')).instances;
    const { body } = await send<ServerTestAnswer>('/management/servers/stopped/test', { command: 'touch' });
    expect(body.passed).toBe(true);
    expect(body.steps.map(({ step, words }) => [step, words])).toEqual([
      ['initialize', 'it started and speaks MCP 2025-11-25'],
      ['tools_list', 'it offers 7 tools'],
    ]);
    expect((await server('stopped')).instances).toBe(before);
  });

  test('marks and logs a tool that appears, and accepts its acknowledgement', async () => {
    await callTool(gateway, vscode, 'plain__add_tool');
    await toolNames(gateway, vscode, '/mcp/plain');
    const marked = await server('plain');
    expect(marked.marked_tool_count).toBe(1);
    expect(marked.tools?.at(-1)).toMatchObject({ name: 'added_7', mark: 'new' });
    const matrix = (await ask<AccessAnswer>('/management/access')).body.servers[0];
    expect(matrix?.tools.find(({ tool }) => tool === 'added_7')?.mark).toBe('new');
    await until('it is logged', async () =>
      (await gateway.audit()).some(
        (line) => line.event === 'tool_definition_changed' && line.tool_name === 'added_7',
      ),
    );
    const path = '/management/servers/plain/acknowledge';
    expect((await send(path, { tools: ['nonesuch'] })).body.error).toBe('unknown_tool');
    expect((await send(path, { tools: 'all' })).body.error).toBe('malformed_request');
    const rejected = await send<ApiFailure>(path, { tools: ['added_7'], digests: { added_7: 'another' } });
    expect([rejected.status, rejected.body.error]).toEqual([409, 'definition_changed']);
    expect(rejected.body.digests).toEqual({ added_7: marked.tools?.at(-1)?.digest });
    expect((await send(path, { tools: null })).body.error).toBe('definition_changed');
    expect((await server('plain')).marked_tool_count).toBe(1);
    const digests = rejected.body.digests;
    expect(
      (await send<ServerAnswer>(path, { tools: ['added_7'], digests })).body.server.marked_tool_count,
    ).toBe(0);
    const file = await stat(join(dirname(gateway.registryPath), '.tools-acknowledged.json'));
    expect(file.mode & 0o777).toBe(0o600);
  });
});

describe('a call as a client', () => {
  const call = (clientId: string, tool: string, args: object = {}, serverId = 'plain') =>
    send<CallAnswer>('/management/call', { client_id: clientId, server_id: serverId, tool, arguments: args });

  test('it reaches the instance of that client, and its lines say who asked', async () => {
    const own = await callTool(gateway, vscode, 'plain__pid');
    const { body } = await call('vscode', 'pid');
    expect(body).toMatchObject({ outcome: 'ok', rpc_error: null, result: own.body.result });
    expect(body.audit.map(({ event }) => event)).toEqual(['server_auth', 'tool_authz', 'tool_result']);
    for (const line of body.audit) {
      expect(line).toMatchObject({ client_id: 'vscode', call: body.call, detail: { via: 'management' } });
    }
  });

  test('the checks deny it as they deny the client', async () => {
    const denied = await call('vscode', 'env');
    expect(denied.body).toMatchObject({ outcome: 'refused', result: null, rpc_error: { code: -32011 } });
    expect(denied.body.audit.at(-1)).toMatchObject({ allowed: false, reason: 'tool_denied' });
    expect((await call('nobody', 'echo')).body).toMatchObject({
      outcome: 'refused',
      rpc_error: { code: -32003 },
    });
    expect((await call('nobody', 'echo', {}, 'nonesuch')).body.rpc_error?.code).toBe(-32003);
    await call('slow', 'echo');
    expect((await call('slow', 'echo')).body).toMatchObject({
      outcome: 'refused',
      rpc_error: { code: -32009 },
    });
    expect((await call('nonesuch', 'echo')).status).toBe(404);
    expect((await send('/management/call', { client_id: 'vscode' })).body.error).toBe('malformed_request');
  });

  test('what the tool reports and what fails are told apart', async () => {
    expect((await call('vscode', 'no_such_tool')).body).toMatchObject({
      outcome: 'error',
      result: { isError: true },
    });
    expect((await call('vscode', 'no_such_tool', {}, 'stopped')).body).toMatchObject({
      outcome: 'refused',
      rpc_error: { code: -32602 },
    });
    expect((await call('vscode', 'echo', {}, 'broken')).body).toMatchObject({
      outcome: 'failed',
      result: null,
      rpc_error: { code: -32010 },
    });
    const { text } = await call('vscode', 'exotic');
    expect(text).toContain('"n":12345678901234567890');
  });
});

describe('the audit log', () => {
  const page = async (query: string) => (await ask<AuditPage>(`/management/audit?${query}`)).body;

  test('filters cover the whole log, pages follow each other, and the count is true', async () => {
    const all = await gateway.audit();
    const denied = all.filter(({ allowed }) => allowed === false);
    const seqs: number[] = [];
    for (let cursor = ''; ;) {
      const { lines, next_cursor: next, count } = await page(`allowed=false&limit=3&cursor=${cursor}`);
      seqs.push(...lines.map(({ seq }) => seq));
      expect(count).toMatchObject({ matched: denied.length, exact: true });
      expect(count.total).toBeGreaterThanOrEqual(all.length);
      if (next === null) break;
      cursor = next;
    }
    expect(seqs).toEqual(denied.map(({ seq }) => seq).reverse());
    const { lines } = await page('event=tool_authz,tool_result&client=codex&server=plain');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(['tool_authz', 'tool_result']).toContain(line.event);
      expect(line).toMatchObject({ client_id: 'codex', server_id: 'plain' });
    }
    expect((await page('text=MANAGEMENT_AUTH&limit=1')).lines[0]?.event).toBe('management_auth');
    expect((await page('from=2999-01-01')).count.matched).toBe(0);
  });

  test.each([
    ['colour=red', 'invalid_query'],
    ['limit=0', 'invalid_query'],
    ['cursor=bogus', 'invalid_cursor'],
  ])('%s is rejected as %s', async (query, error) => {
    const { status, body } = await ask(`/management/audit?${query}`);
    expect([status, body.error]).toEqual([400, error]);
  });

  test('the export holds what is filtered, byte for byte; the command line finds the same', async () => {
    const headers = { 'X-Lmcp-Management-Token': managementToken };
    const answer = await fetch(`${gateway.origin}/management/audit/export?client=codex`, { headers });
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    const exported = await answer.text();
    const seqs = exported
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    const wanted = (await gateway.audit())
      .filter(({ client_id: id }) => id === 'codex')
      .map(({ seq }) => seq);
    expect(seqs).toEqual(wanted);
    const cli = await gateway.cli('audit', 'export', '--client', 'codex');
    expect(cli).toMatchObject({ code: 0, stdout: exported });
    const found = await gateway.cli('audit', 'search', '--client', 'codex', '--allowed', 'false', '--json');
    const page = await ask<AuditPage>('/management/audit?client=codex&allowed=false');
    const searched = found.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(searched).toEqual(page.body.lines.map(({ seq }) => seq).reverse());
    expect((await gateway.cli('audit', 'search', '--event', 'nonesuch')).code).toBe(2);
  });

  test('verification runs when asked, and says up to which line', async () => {
    expect((await ask<VerifyAnswer>('/management/audit/verify')).body.last).toBeNull();
    const { status, body } = await send<VerifyAnswer>('/management/audit/verify');
    expect([status, body.running]).toEqual([202, true]);
    let answer = body;
    await until('it is done', async () => {
      answer = (await ask<VerifyAnswer>('/management/audit/verify')).body;
      return !answer.running;
    });
    expect(answer.last).toMatchObject({ verified: true, problems: [], segments: 1 });
    expect(answer.last?.last_seq).toBe(answer.last?.lines);
  });

  test('activity counts decisions by the minute', async () => {
    const { body } = await ask<ActivityAnswer>('/management/activity?minutes=5');
    const sum = (key: 'calls' | 'refused' | 'failed') =>
      body.buckets.reduce((total, bucket) => total + bucket[key], 0);
    const lines = await gateway.audit();
    expect(sum('calls')).toBe(
      lines.filter((line) => line.event === 'tool_authz' && line.allowed === true).length,
    );
    expect(sum('refused')).toBe(lines.filter(({ allowed }) => allowed === false).length);
    expect(sum('failed')).toBeGreaterThan(0);
    expect((await ask('/management/activity?minutes=0')).body.error).toBe('invalid_query');
  });
});
