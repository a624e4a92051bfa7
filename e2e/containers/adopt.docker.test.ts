import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lmcpProgram, runToEnd, type CommandResult } from '../harness/commandLine.ts';
import { ComposeStack } from '../harness/docker/composeStack.ts';
import { fixtureImage, testInstance } from '../harness/docker/containers.ts';
import { freePort, root } from '../harness/gateway.ts';
import { post, type Reply } from '../harness/rpc.ts';

const tester = { id: 'tester', token: 'token-of-the-tester-0123456789' };
const keys = ['audit.key', 'audit-checkpoint.key', 'gateway.key'];
const socket = '/var/run/docker.sock';
const imageTimeServer = '/opt/lmcp/gateway/builtin/time-server.mjs';

/** The first registry of the stack with one more client and one more server. */
function extended(registry: string): string {
  const client = `clients:\n  ${tester.id}:\n    token: "${tester.token}"\n    allow_servers: ["fixture"]\n`;
  const server = `\n  fixture:\n    transport: stdio\n    image: ${fixtureImage}\n    pull: never\n`;
  return registry.replace(/^clients:\n/m, client) + server;
}

it('a package on the host connects applications to a Compose gateway, and adopt takes all of it over', async () => {
  const home = await mkdtemp(join(tmpdir(), 'lmcp-adopted-'));
  const port = await freePort();
  const env = { ...process.env, HOME: home, LMCP_HOME: join(home, 'lmcp') } as Record<string, string>;
  const at = (name: string): string => join(home, 'lmcp', name);
  const call = (token: string, name: string, args: object = {}): Promise<Reply> =>
    post(
      `http://127.0.0.1:${port}/mcp`,
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
      { Authorization: `Bearer ${token}` },
    );
  const echoed = (text: string): Promise<unknown> =>
    call(tester.token, 'fixture__echo', { text }).then(({ body }) => body.result?.['content'] ?? body.error);
  await using stack = await ComposeStack.up(testInstance(), port);
  const old = (name: string): string => join(stack.folder, name);
  // The person whose files they are: the user of the stack, who may use the engine.
  const person = { uid: (await stat(old('config'))).uid, gid: (await stat(socket)).gid };
  for (const folder of [home, stack.folder]) await chown(folder, person.uid, person.gid);
  const cli = (...args: string[]): Promise<CommandResult> =>
    runToEnd([lmcpProgram, ...args], { cwd: home, env, ...person });
  const registryPath = old('config/registry.yaml');

  /** The package on the host finds the gateway by its address, which has to prove that it holds the key in `config/`. */
  const connectsFromTheHost = async (): Promise<void> => {
    const onHost = (args: string[], input = ''): Promise<CommandResult> =>
      runToEnd(
        [lmcpProgram, ...args],
        { cwd: home, env: { ...env, LMCP_REGISTRY: registryPath }, ...person },
        input,
      );
    expect((await stat(old('config/gateway.key'))).mode & 0o777).toBe(0o600);
    const connected = await onHost(['connect', 'cursor', '--client', tester.id, '--yes']);
    expect(connected, connected.stderr).toMatchObject({ code: 0 });
    const { mcpServers } = JSON.parse(await readFile(join(home, '.cursor/mcp.json'), 'utf8')) as {
      mcpServers: { lmcp: { url: string; headers: Record<string, string> } };
    };
    const { url, headers } = mcpServers.lmcp;
    expect(url).toBe(`http://127.0.0.1:${port}/mcp`);
    const listed = await post(url, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', headers);
    expect(listed.text).toContain('fixture__echo');

    const params = { name: 'fixture__echo', arguments: { text: 'bridged' } };
    const request = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    const bridged = await onHost(['stdio', '--client', tester.id], `${request}\n`);
    expect(bridged.stdout, bridged.stderr).toContain('bridged');

    const checked = await onHost(['connect', '--check', '--json']);
    expect(JSON.parse(checked.stdout), checked.stderr).toMatchObject([
      {
        application: 'cursor',
        state: 'connected',
        client: tester.id,
        last_seen: expect.any(String) as unknown,
      },
    ]);
  };
  try {
    const registry = extended(await readFile(registryPath, 'utf8'));
    await writeFile(registryPath, registry);
    await expect
      .poll(() => echoed('before'), { timeout: 60_000 })
      .toEqual([{ type: 'text', text: 'before' }]);
    expect((await stack.call('time__current_time')).isError).toBe(false);
    await connectsFromTheHost();

    const early = await cli('adopt', stack.folder, '--yes');
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('stop it first') as string });
    await stack.compose('down');
    const log = await readFile(old('logs/audit.log'));
    const ran = await cli('adopt', stack.folder, '--yes');
    expect(ran, ran.stderr).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('is intact') as string,
    });

    expect(registry).toContain(imageTimeServer);
    const timeServer = join(root, 'dist/for-tests/gateway/builtin/time-server.mjs');
    expect(await readFile(at('registry.yaml'), 'utf8')).toBe(registry.replace(imageTimeServer, timeServer));
    for (const key of keys) expect(await readFile(at(key))).toEqual(await readFile(old(`config/${key}`)));
    expect((await readFile(at('logs/audit.log'))).equals(log)).toBe(true);

    const child = spawn(process.execPath, [lmcpProgram, 'serve', '--port', String(port)], {
      cwd: home,
      env,
      ...person,
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    try {
      await expect
        .poll(() => fetch(`http://127.0.0.1:${port}/health`).then(({ status }) => status, String))
        .toBe(200);
      await expect
        .poll(() => echoed('after'), { timeout: 60_000 })
        .toEqual([{ type: 'text', text: 'after' }]);
      const told = await call(stack.token, 'time__current_time');
      expect(told.body, told.text).toMatchObject({ result: { content: [{ type: 'text' }] } });
      expect(told.body.result?.['isError'] ?? false).toBe(false);
    } finally {
      child.kill();
      await ended;
    }
    const verified = await cli('audit', 'verify', '--json');
    expect(JSON.parse(verified.stdout), verified.stderr).toMatchObject({ ok: true });
    const whole = await readFile(at('logs/audit.log'));
    expect([whole.subarray(0, log.length).equals(log), whole.length > log.length]).toEqual([true, true]);
  } finally {
    await rm(home, { recursive: true });
  }
}, 600_000);
