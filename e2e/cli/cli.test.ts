import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lmcpProgram, runLmcp, type CommandResult } from '../harness/commandLine.ts';
import { TestGateway, sleep, until } from '../harness/gateway.ts';
import { rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const token = 'secret-of-tester-0123456789';
const strangersToken = 'secret-of-stranger-0123456789';
const environmentSecret = 'secret-of-the-environment';
const registry = {
  clients: {
    tester: { token, allow_servers: ['plain', 'gone', 'broken'] },
    stranger: { token: strangersToken, allow_servers: [] },
  },
  servers: {
    plain: {
      ...fixture('plain-server.ts'),
      env: { KEY: environmentSecret },
      tool_policy: { deny_tools: ['denied'] },
    },
    gone: { transport: 'stdio', command: 'lmcp-no-such-command' },
    broken: { ...fixture('hostile-server.ts', '--crash'), timeouts: { initialize_s: 5 } },
  },
};

const secrets = [token, strangersToken, environmentSecret];
const leaks = ({ stdout, stderr }: CommandResult): string[] =>
  secrets.filter((secret) => (stdout + stderr).includes(secret));

describe('without a gateway running', () => {
  let gateway: TestGateway;
  const cli = (...args: string[]): Promise<CommandResult> =>
    runLmcp(gateway.folder, args, { LMCP_REGISTRY: gateway.registryPath });
  beforeAll(async () => {
    gateway = await TestGateway.prepare(registry);
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
  });

  it('validates: 0 and words on stdout, or 2 and every problem on stderr', async () => {
    expect(await cli('validate')).toEqual({
      code: 0,
      stdout: `${gateway.registryPath} is valid: 2 clients, 3 servers\n`,
      stderr: '',
    });
    const broken = join(gateway.folder, 'broken.yaml');
    await writeFile(
      broken,
      `lmcp: { port: x }\nclients: { a: { token: ${token}, allow_servers: [nope], tokn: 1 } }\n`,
    );
    const bad = await cli('--registry', broken, '--validate-registry');
    expect(bad).toMatchObject({ code: 2, stdout: '' });
    expect(bad.stderr).toContain('broken.yaml:1:');
    expect(bad.stderr).toContain('tokn');
    expect(leaks(bad)).toEqual([]);
    const json = await cli('validate', '--json', '--registry', broken);
    expect(json).toMatchObject({ code: 2, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false });
  });

  it('shows the configuration without a secret', async () => {
    const shown = await cli('--print-config');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(shown.stdout)).toMatchObject({ clients: { tester: { token_status: 'set' } } });
    expect(leaks(shown)).toEqual([]);
  });

  it('says that nothing runs: exit 1, and the view of the file all the same', async () => {
    const human = await cli('status');
    expect(human.code).toBe(1);
    expect(human.stdout).toMatch(/tester +plain, gone, broken/);
    expect(human.stderr).toContain('no gateway runs');
    expect(human.stdout).not.toContain('\u001b');
    const json = await cli('--status-json', '--status-limit', '3');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ running: false, status: null });
    expect([...leaks(human), ...leaks(json)]).toEqual([]);
  });

  it('takes the port from LMCP_PORT, unless it is given', async () => {
    const shown = (args: string[]): Promise<CommandResult> =>
      runLmcp(gateway.folder, ['connect', 'vscode', '--client', 'tester', '--print', ...args], {
        LMCP_PORT: '18301',
      });
    expect((await shown([])).stdout).toContain('http://127.0.0.1:18301/mcp');
    expect((await shown(['--port', '18302'])).stdout).toContain('http://127.0.0.1:18302/mcp');
    const wrong = await runLmcp(gateway.folder, ['status'], { LMCP_PORT: 'x' });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('LMCP_PORT');
  });

  it('passes its self-test', async () => {
    const { code, stdout, stderr } = await cli('--self-test');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('✓ tester: the tool denied of plain is denied\n');
    expect(stdout).toContain('✓ stranger: the server plain, not in allow_servers, is denied\n');
    expect(stdout).not.toContain('✗');
  });

  it('calls a tool through a gateway of its own, audited, the result on stdout', async () => {
    const called = await runLmcp(
      gateway.folder,
      ['call', 'plain', 'echo', '--args-file', '-'],
      { LMCP_REGISTRY: gateway.registryPath },
      '{"text":"an-argument-of-mine"}',
    );
    expect(called.code).toBe(0);
    expect(called.stdout).toContain('an-argument-of-mine');
    expect(JSON.parse(called.stdout)).toHaveProperty('content');
    const events = (await gateway.audit()).map(({ event }) => event);
    expect(events).toEqual(
      expect.arrayContaining(['client_auth', 'server_auth', 'tool_authz', 'tool_result', 'audit_close']),
    );
    expect(await readFile(gateway.auditPath, 'utf8')).not.toContain('an-argument-of-mine');
    expect(await cli('audit', 'verify')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['a denied tool', ['call', 'plain', 'denied'], 1, 'denied by tool policy'],
    [
      'a server that this client may not use',
      ['call', 'plain', 'echo', '--client', 'stranger'],
      1,
      'is not granted to this client',
    ],
    ['a command that is not there', ['--stdio-call', 'gone', '--tool', 'x'], 4, '-32010'],
    ['a command that is not there', ['--stdio-test', 'gone'], 4, '-32010'],
    ['a server that crashes', ['test', 'broken'], 1, '-32010'],
    ['a server that is not registered', ['test', 'nowhere'], 2, 'no server nowhere'],
    ['the wrong transport', ['--http-test', 'plain'], 2, 'not http'],
    [
      'arguments that are no object',
      ['call', 'plain', 'echo', '--args-json', '[1]'],
      2,
      'must be a JSON object',
    ],
    [
      'arguments given twice',
      ['call', 'plain', 'echo', '--args-json', '{}', '--args-file', '-'],
      2,
      "can't go together",
    ],
  ])('%s: %j exits %i', async (_, args, code, message) => {
    const ran = await cli(...args);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' });
    expect(ran.stderr).toContain(message);
    expect(leaks(ran)).toEqual([]);
  });

  it('prints a token for connect only with --print', async () => {
    const plain = await cli('connect', 'vscode', '--client', 'tester');
    expect(plain.code).toBe(0);
    expect(leaks(plain)).toEqual([]);
    const { code, stdout, stderr } = await cli('connect', 'vscode', '--client', 'tester', '--print');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      servers: { lmcp: { type: 'http', url: `${gateway.origin}/mcp`, headers: { 'X-Lmcp-Token': token } } },
    });
    expect(stderr).not.toContain(token);
  });

  it('leaves nothing behind for the readers of the audit log', async () => {
    const log = await readFile(gateway.auditPath, 'utf8');
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
    const tail = await cli('audit', 'tail', '-n', '2', '--json');
    expect(tail.stdout).toBe(log.trimEnd().split('\n').slice(-2).join('\n') + '\n');
    const damaged = join(gateway.folder, 'damaged.log');
    await writeFile(damaged, log.replace('"allowed":true', '"allowed":null'));
    const verdict = await cli('audit', 'verify', damaged);
    expect(verdict.code).toBe(1);
    expect(verdict.stdout).toContain('not intact');
  });
});

describe('with a gateway running', () => {
  let gateway: TestGateway;
  const cli = (...args: string[]): Promise<CommandResult> =>
    runLmcp(gateway.folder, args, { LMCP_REGISTRY: gateway.registryPath });
  beforeAll(async () => {
    gateway = await TestGateway.start(registry);
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
  });

  it('shows the live view, without colour where there is no terminal', async () => {
    const human = await runLmcp(gateway.folder, ['status'], { NO_COLOR: '1' });
    expect(human).toMatchObject({ code: 0, stderr: '' });
    expect(human.stdout).toContain(`running at ${gateway.origin}`);
    expect(human.stdout).not.toContain('\u001b');
    const json = await cli('status', '--json', '--limit', '1');
    expect(JSON.parse(json.stdout)).toMatchObject({
      running: true,
      status: { status_version: 4, port: gateway.port },
    });
    expect([...leaks(human), ...leaks(json)]).toEqual([]);
  });

  it('goes through the running gateway', async () => {
    const called = await cli('call', 'plain', 'echo', '--args-json', '{"x":1}');
    expect(called).toMatchObject({ code: 0, stderr: '' });
    await until('the call is logged', async () =>
      (await gateway.audit()).some(
        ({ event, request_id }) => event === 'tool_result' && (request_id ?? '').startsWith('lmcp-cli-'),
      ),
    );
  });

  it('adds, rotates and removes a client while the gateway runs', async () => {
    const works = async (id: string, given: string): Promise<boolean> =>
      (await rpc(gateway, { id, token: given }, 'ping')).body.result !== undefined;
    const before = await readFile(gateway.registryPath, 'utf8');
    const added = await cli('client', 'add', 'cursor', '--allow', 'plain');
    const first = added.stdout.trim();
    expect(added.code).toBe(0);
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(added.stderr).not.toContain(first);
    const text = await readFile(gateway.registryPath, 'utf8');
    expect(text).toContain('token_sha256');
    expect(text).not.toContain(first);
    expect(text.startsWith(before.slice(0, 40))).toBe(true);
    await until('the first token works', () => works('cursor', first));

    const second = (await cli('client', 'rotate', 'cursor')).stdout.trim();
    await until('the second token works', () => works('cursor', second));
    expect(await works('cursor', first)).toBe(true);
    // Their tokens are known to nobody here: management asks in the client's name.
    const tested = await cli('test', 'plain', '--client', 'cursor');
    expect(tested).toMatchObject({ code: 0, stderr: '' });
    expect(tested.stdout).toContain('to cursor');
    const called = await cli('call', 'plain', 'echo', '--client', 'cursor', '--args-json', '{"n":7}');
    expect(called.code).toBe(0);
    expect(called.stdout).toContain('"n": 7');
    expect(await cli('call', 'broken', 'echo', '--client', 'cursor')).toMatchObject({ code: 1, stdout: '' });
    expect(await cli('client', 'rotate', 'cursor')).toMatchObject({ code: 1, stdout: '' });
    expect(await cli('client', 'rotate', 'cursor', '--finish')).toMatchObject({ code: 0, stdout: '' });
    await until('the first token is rejected', async () => !(await works('cursor', first)));
    expect(await works('cursor', second)).toBe(true);

    const connected = await runLmcp(gateway.folder, ['connect', 'cursor', '--print'], { LMCP_TOKEN: second });
    expect(JSON.parse(connected.stdout)).toMatchObject({
      mcpServers: { lmcp: { headers: { 'X-Lmcp-Token': second } } },
    });
    expect(await cli('connect', 'cursor', '--print')).toMatchObject({ code: 1, stdout: '' });

    expect(await cli('client', 'remove', 'cursor')).toMatchObject({ code: 0 });
    await until('the second token is rejected', async () => !(await works('cursor', second)));
    expect(await readFile(gateway.registryPath, 'utf8')).toBe(before);
  });

  it('enables and disables management', async () => {
    const enabled = await cli('management', 'enable');
    const secret = enabled.stdout.trim();
    expect(enabled.code).toBe(0);
    const seen = async (): Promise<unknown> => {
      const { stdout } = await runLmcp(gateway.folder, ['status', '--json'], {
        LMCP_MANAGEMENT_TOKEN: secret,
      });
      return (JSON.parse(stdout) as { status: { clients: { client_id: string }[] } }).status.clients.map(
        (c) => c.client_id,
      );
    };
    await until(
      'management shows the clients',
      async () => JSON.stringify(await seen()) === '["tester","stranger"]',
    );
    expect(await cli('management', 'disable')).toMatchObject({ code: 0, stdout: '' });
    await until('management is off', async () => JSON.stringify(await seen()) === '[]');
  });

  it('rejects a second gateway, and says which one runs', async () => {
    const second = await cli('serve');
    expect({ code: second.code, stdout: second.stdout }).toEqual({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/another gateway|runs at/);
  });

  it.each([
    ['Ctrl-C', (child: ChildProcess) => child.kill('SIGINT')],
    ['nobody reads any more', (child: ChildProcess) => child.stdout?.destroy()],
  ])('follows the log until %s', async (_, end) => {
    const args = ['audit', 'tail', '-n', '1', '--follow', '--json'];
    const child = spawn(process.execPath, [lmcpProgram, ...args], { cwd: gateway.folder });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    let lines = '';
    child.stdout.on('data', (chunk: Buffer) => (lines += chunk.toString()));
    await until('the newest line is shown', () => lines.includes('\n'));
    const stranger = { id: 'nobody', token: 'wrong-wrong-wrong-wrong' };
    await rpc(gateway, stranger, 'ping');
    await until('the rejection is shown', () => lines.includes('"unknown_client"'));
    end(child);
    await rpc(gateway, { id: 'tester', token }, 'ping');
    expect(await ended).toBe(0);
  });
});

describe('serve with nothing there', () => {
  it('writes a registry once, prints no token where no terminal is, drains on SIGTERM', async () => {
    await using gateway = await TestGateway.prepare({});
    const folder = join(gateway.folder, 'fresh');
    const path = join(folder, 'config/registry.yaml');
    const home = { HOME: gateway.folder };
    const args = ['serve', '--registry', path, '--port', String(gateway.port)];
    const child = spawn(process.execPath, [lmcpProgram, ...args], { env: { ...process.env, ...home } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await until('it listens', () => stdout.includes('Management is disabled'));
    const text = await readFile(path, 'utf8');
    const tokens = [...text.matchAll(/^ +token: "([^"]+)"/gm)].map(([, value]) => value ?? '');
    expect(tokens).toHaveLength(3);
    expect(tokens.filter((value) => (stdout + stderr).includes(value))).toEqual([]);
    expect(stdout).toContain(`http://127.0.0.1:${gateway.port}/mcp`);
    expect(stdout).toMatch(/connect vscode --port \d+ --print --registry/);
    // From its folder, without naming it: LMCP wrote it.
    const tested = await runLmcp(folder, ['test', 'time', '--port', String(gateway.port)], home);
    expect(tested).toMatchObject({ code: 0 });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect((await readdir(join(folder, 'logs'))).filter((name) => name.endsWith('.log'))).toEqual([
      'audit.log',
    ]);
  });

  it('runs nothing of a registry of the current folder that nobody chose', async () => {
    await using gateway = await TestGateway.prepare(registry);
    const commands = [
      ['serve', '--no-open'],
      ['call', 'plain', 'echo'],
      ['test', 'plain'],
      ['stdio', '--client', 'tester', '--start'],
    ];
    for (const args of commands) {
      const { code, stdout, stderr } = await runLmcp(gateway.folder, args, { HOME: gateway.folder });
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toContain(`--registry ${gateway.registryPath}`);
    }
    await expect(gateway.audit()).rejects.toThrow('ENOENT');
  });

  it('says who has the port', async () => {
    await using running = await TestGateway.start({});
    await using other = await TestGateway.prepare({ lmcp: { port: running.port } });
    const rejected = await other.cli('serve');
    expect(rejected).toMatchObject({ code: 1, stdout: '' });
    expect(rejected.stderr).toContain(`LMCP runs at ${running.origin} already`);
  });

  it('answers what runs before it stops; a second Ctrl-C ends it immediately', async () => {
    await using gateway = await TestGateway.start(registry);
    const slow = (ms: number): Promise<unknown> =>
      rpc(gateway, { id: 'tester', token }, 'tools/call', { name: 'plain__slow', arguments: { ms } }).then(
        ({ body }) => body.result ?? body.error,
        () => 'cut off',
      );
    const decided = async (calls: number): Promise<boolean> =>
      (await gateway.audit()).filter(({ event }) => event === 'tool_authz').length === calls;
    await slow(1);
    const first = slow(2_500);
    await until('the call is decided', () => decided(2));
    // Between the decision and the server there are a few milliseconds in which a call would not be running yet.
    await sleep(1_000);
    expect(await gateway.stop('SIGINT')).toBe(0);
    expect(await first).toHaveProperty('content');

    await gateway.run();
    await slow(1);
    const second = slow(60_000);
    await until('the call is decided', () => decided(4));
    const from = gateway.output.length;
    gateway.process?.kill('SIGINT');
    await until('it is draining', () => gateway.output.slice(from).includes('lmcp: draining'));
    // Two that come within half a second are one: a terminal and npm both pass it on.
    await sleep(700);
    expect(await gateway.stop('SIGINT')).toBe(1);
    expect(await second).toBe('cut off');
  });
});
