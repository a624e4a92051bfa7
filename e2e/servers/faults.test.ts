import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { isAlive } from '../harness/processes/processes.ts';
import { callerNamed, callTool, rpc, serverOf, toolNames, type Reply } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
/** Time enough for a busy machine. */
const patient = { initialize_s: 20, tools_list_s: 20, tools_call_s: 30 };
let gateway: TestGateway;

const hostile = (...flags: string[]) => ({ ...fixture('hostile-server.ts', ...flags), timeouts: patient });
const mute = (...flags: string[]) => ({ ...hostile(...flags), timeouts: { initialize_s: 1 } });

beforeAll(async () => {
  const servers = {
    plain: fixture('plain-server.ts'),
    framed: { ...fixture('plain-server.ts', '--content-length'), stdio_mode: 'content-length' },
    hostile: hostile(),
    hanging: { ...hostile(), timeouts: { ...patient, tools_call_s: 8 } },
    silent: mute('--never-initialize'),
    retried: {
      ...mute('--never-initialize'),
      timeouts: { initialize_s: 1, retry_on_timeout: 1, retry_backoff_s: 0.1 },
    },
    deafening: mute('--never-read'),
    crashing: hostile('--crash'),
    'half-line': hostile('--half-line'),
    missing: { transport: 'stdio', command: 'lmcp-no-such-command' },
    closed: { transport: 'http', url: 'http://127.0.0.1:9/mcp' },
    secretive: { ...fixture('plain-server.ts'), env: { DECLARED: 'yes' } },
  };
  gateway = await TestGateway.start(
    { clients: { tester: { token: caller.token, allow_servers: Object.keys(servers) } }, servers },
    { PARENT_SECRET: 'must-not-leak' },
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

function text({ body }: Reply): string {
  const [first] = body.result?.['content'] as { text: string }[];
  return first?.text ?? '';
}

const lastOutcome = async (): Promise<unknown> =>
  (await gateway.audit()).findLast(({ event }) => event === 'tool_result')?.detail?.['outcome'];

test('servers that fail are left out of the list, the others are there', async () => {
  const serversListed = async (): Promise<string[]> =>
    [...new Set((await toolNames(gateway, caller)).map(serverOf))].sort();
  // One that takes longer than the list waits comes with the next.
  await expect.poll(serversListed).toEqual(['framed', 'hanging', 'hostile', 'plain', 'secretive']);
});

test.each([
  ['hostile__half', 'exited'],
  ['hostile__exit', 'exited'],
  ['hostile__kill', 'exited'],
  ['hostile__huge', 'too_large'],
])('%s gives −32010 of kind %s, and the server works again afterwards', async (tool, kind) => {
  const { body } = await callTool(gateway, caller, tool);
  expect(body.error).toMatchObject({ code: -32010, data: { kind } });
  const outcome = { exited: 'upstream_exited', too_large: 'too_large' }[kind];
  expect(await lastOutcome()).toBe(outcome);
  await until('it answers again', async () => {
    const again = await callTool(gateway, caller, `${serverOf(tool)}__echo`, { x: 1 });
    return again.body.result !== undefined;
  });
});

test.each([
  ['garbage', 'after garbage'],
  ['duplicate', 'first'],
  ['foreign', 'yours'],
  ['split', 'é€😀'.repeat(5)],
  ['flood_stderr', 'after stderr'],
])('a server that does %s is still understood', async (tool, expected) => {
  expect(text(await callTool(gateway, caller, `hostile__${tool}`))).toBe(expected);
});

test('a server that floods its output is ended and does not take the gateway along', async () => {
  for (const flood of ['flood_stdout', 'flood_line']) {
    const { body } = await callTool(gateway, caller, `hostile__${flood}`);
    expect(body.error?.code).toBe(-32010);
    await until(
      'it answers again',
      async () => (await callTool(gateway, caller, 'hostile__echo')).body.result !== undefined,
    );
  }
  expect((await fetch(`${gateway.origin}/health`)).status).toBe(200);
});

test.each([
  ['silent', /timeout|backoff/],
  ['deafening', /timeout|backoff/],
  ['retried', /timeout|backoff/],
  ['crashing', /exited|start_failed|backoff/],
  ['half-line', /exited|start_failed|backoff/],
  ['missing', /command_not_found|backoff/],
  ['closed', /unreachable|backoff/],
])('%s: the error says so, without a command or a path', async (server, kind) => {
  const { status, body } = await callTool(gateway, caller, `${server}__echo`);
  expect(status).toBe(200);
  expect(body.error?.code).toBe(-32010);
  expect(body.error?.data?.['kind']).toMatch(kind);
  expect(body.error?.message).not.toMatch(/hostile-server|node_modules|lmcp-no-such-command/);
});

test('a hung server delays no other; its call times out, and it works again afterwards', async () => {
  const hanging = callTool(gateway, caller, 'hanging__hang');
  const first = await Promise.race([hanging, callTool(gateway, caller, 'plain__add', { a: 1, b: 2 })]);
  expect(text(first)).toBe('3');
  expect((await hanging).body.error).toMatchObject({ code: -32010, data: { kind: 'timeout' } });
  expect(await lastOutcome()).toBe('timeout');
  await until('it answers again', async () => {
    const again = await callTool(gateway, caller, 'hanging__echo', { x: 1 });
    return again.body.result !== undefined;
  });
});

test('what the server answered arrives unchanged, number by number', async () => {
  const { text: raw } = await callTool(gateway, caller, 'plain__exotic');
  const fixtureText = await readFile(new URL('../fixtures/plain-server.ts', import.meta.url), 'utf8');
  const expected = [
    ...fixtureText.matchAll(/'(\{"content":\[\{"type":"hologram".*)' \+|'("structuredContent":\{"big".*)';/g),
  ]
    .map((match) => match[1] ?? match[2])
    .join('');
  expect(raw).toBe(`{"jsonrpc":"2.0","id":1,"result":${expected}}`);
});

test('what the client sent arrives unchanged', async () => {
  const args =
    '{"big":12345678901234567890,"__proto__":{"a":1},"surrogate":"\\ud800","nul":"\\u0000","text":"é€😀"}';
  const answer = await fetch(`${gateway.origin}/mcp?client_id=${caller.id}&token=${caller.token}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: `{"jsonrpc":"2.0","id":12345678901234567890,"method":"tools/call","params":{"name":"hostile__echo","arguments":${args}}}`,
  });
  const raw = await answer.text();
  expect(raw).toContain('"id":12345678901234567890');
  expect(raw).toContain('__proto__');
  expect(raw).toContain('\\\\ud800');
});

test('both framings of stdio are supported', async () => {
  expect(text(await callTool(gateway, caller, 'framed__add', { a: 2, b: 3 }))).toBe('5');
});

test("the parent's environment does not reach a server", async () => {
  const names = text(await callTool(gateway, caller, 'secretive__env')).split(' ');
  expect(names).toContain('DECLARED');
  expect(names).not.toContain('PARENT_SECRET');
  const inherited = ['HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER'];
  expect(names.filter((name) => !['DECLARED', 'LMCP_INSTANCE', ...inherited].includes(name))).toEqual([]);
});

test('list_changed arrives in the next list', async () => {
  await callTool(gateway, caller, 'plain__add_tool');
  await until('the new tool is listed', async () =>
    (await toolNames(gateway, caller)).some((name) => name.startsWith('plain__added_')),
  );
});

test('every call of all this has its outcome logged', async () => {
  const lines = await gateway.audit();
  const decided = lines.filter(({ event, allowed }) => event === 'tool_authz' && allowed === true);
  const done = new Set(lines.filter(({ event }) => event === 'tool_result').map(({ call }) => call));
  expect(decided.length).toBeGreaterThan(20);
  expect(decided.filter(({ call }) => !done.has(call))).toEqual([]);
});

test('no process survives the gateway, not even a deaf one or one that left its group', async () => {
  const pidFile = join(gateway.folder, 'pids');
  for (const [round, signal] of [
    [1, 'SIGTERM'],
    [2, 'SIGKILL'],
  ] as const) {
    await using other = await TestGateway.start({
      clients: { tester: { token: caller.token, allow_servers: ['deaf', 'daemon'] } },
      servers: {
        deaf: hostile('--deaf', '--grandchild', `--pid-file=${pidFile}`),
        daemon: hostile('--deaf', '--daemon', `--pid-file=${pidFile}`),
      },
    });
    for (const server of ['deaf', 'daemon']) await callTool(other, caller, `${server}__echo`);
    const readPids = async (): Promise<number[]> =>
      (await readFile(pidFile, 'utf8')).trim().split('\n').map(Number);
    await until('all have started', async () => (await readPids()).length >= 4 * round);
    const pids = await readPids();
    const code = await other.stop(signal);
    if (signal === 'SIGTERM') expect(code).toBe(0);
    await until('all are gone', () => pids.every((pid) => !isAlive(pid)));
  }
});

test('SIGTERM answers what runs, does not wait for what hangs, and exits with 0', async () => {
  await using other = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: ['plain', 'hostile'] } },
    servers: {
      plain: fixture('plain-server.ts'),
      hostile: { ...fixture('hostile-server.ts'), timeouts: { tools_call_s: 600 } },
    },
  });
  await rpc(other, caller, 'tools/list');
  const running = callTool(other, caller, 'plain__slow', { ms: 1_000 });
  const hanging = callTool(other, caller, 'hostile__hang');
  await until(
    'both are under way',
    async () => (await other.audit()).filter(({ event }) => event === 'tool_authz').length === 2,
  );
  // The call that hangs has more time than this test, and the test not much more than the gateway has for its end.
  expect(await other.stop('SIGTERM')).toBe(0);
  expect(text(await running)).toBe('done');
  expect((await hanging).body.error).toMatchObject({ code: -32010 });
  const lines = await other.audit();
  expect(lines.at(-1)?.event).toBe('audit_close');
  expect(lines.filter(({ event }) => event === 'tool_result').length).toBeGreaterThanOrEqual(2);
}, 40_000);
