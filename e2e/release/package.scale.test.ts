import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, onTestFinished, test } from 'vitest';
import { runToEnd } from '../harness/commandLine.ts';
import { freePort, root, until } from '../harness/gateway.ts';
import { npmProgram, NpmRegistry, oldestNode } from '../harness/npm/npmRegistry.ts';
import { credentialsOf, post } from '../harness/rpc.ts';

const MiB = 1024 ** 2;

/** A bare machine of a person: an empty home folder, one Node, and a registry that has two versions of the package. */
class Machine {
  readonly home: string;
  readonly prefix: string;
  readonly port: number;
  readonly #env: Record<string, string>;

  private constructor(home: string, port: number, env: Record<string, string>) {
    this.home = home;
    this.prefix = join(home, 'npm');
    this.port = port;
    this.#env = env;
  }

  static async start(node: string): Promise<Machine> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-package-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const registry = await NpmRegistry.start(join(folder, 'registry'));
    onTestFinished(() => registry[Symbol.asyncDispose]());
    const home = join(folder, 'home');
    await mkdir(home);
    const npmrc = `registry=${registry.url}\n${registry.url.replace('http:', '')}:_authToken=none\nupdate-notifier=false\n`;
    await writeFile(join(home, '.npmrc'), npmrc);
    const bin = join(home, 'bin');
    await mkdir(bin);
    // Nothing but this Node and npm, which it runs.
    await writeFile(join(bin, 'node'), `#!/bin/sh\nexec ${node} "$@"\n`, { mode: 0o755 });
    const path = [bin, join(home, 'npm', 'bin'), '/usr/bin', '/bin'].join(delimiter);
    const machine = new Machine(home, await freePort(), { HOME: home, PATH: path });
    for (const version of ['0.1.0', '0.1.1']) await machine.#publish(join(folder, version), version);
    return machine;
  }

  async #publish(folder: string, version: string): Promise<void> {
    const built = await runToEnd([join(root, 'gateway/package/main.mjs'), folder, version]);
    expect(built.stderr).toBe('');
    const { code, stderr } = await this.npm(['publish', folder]);
    expect([version, code, code === 0 ? '' : stderr]).toEqual([version, 0, '']);
  }

  async npm(args: readonly string[]) {
    return this.run('node', [npmProgram, '--prefix', this.prefix, '--global', ...args]);
  }

  /** As the person's shell runs it. */
  async run(command: string, args: readonly string[]) {
    const child = spawn(command, args, { env: this.#env, cwd: this.home, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => {
      child.once('error', () => resolve(null)).once('close', resolve);
    });
    return { code, stdout, stderr };
  }

  lmcp(...args: string[]) {
    return this.run('lmcp', args);
  }

  /** The gateway, until the work with it is done. */
  async served(work: (origin: string) => Promise<void>): Promise<void> {
    const args = ['serve', '--no-open', '--port', String(this.port)];
    const child = spawn('lmcp', args, { env: this.#env, cwd: this.home, stdio: 'ignore', detached: true });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const origin = `http://127.0.0.1:${this.port}`;
    try {
      await until('it serves', async () => {
        expect(child.exitCode).toBeNull();
        return (await fetch(`${origin}/health`).catch(() => undefined))?.ok === true;
      });
      await work(origin);
    } finally {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await closed;
    }
  }

  /** What an application gets that starts `lmcp stdio` and calls the tool of the package's own server. */
  async throughBridge(token: string): Promise<string> {
    const transport = new StdioClientTransport({
      command: 'lmcp',
      args: ['stdio', '--client', 'vscode'],
      env: { ...this.#env, LMCP_TOKEN: token },
      cwd: this.home,
    });
    const client = new Client({ name: 'application', version: '1' });
    await client.connect(transport);
    try {
      return JSON.stringify(await client.callTool({ name: 'time__current_time' }));
    } finally {
      await client.close();
    }
  }

  get registry(): string {
    return join(this.home, '.config/lmcp/registry.yaml');
  }

  async tokenOf(client: string): Promise<string> {
    const text = await readFile(this.registry, 'utf8');
    return new RegExp(`${client}:\\s+token: "([^"]+)"`).exec(text)?.[1] ?? '';
  }
}

/** Calls a tool of the server that comes with the package. */
async function callTime(origin: string, token: string) {
  const call = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'time__current_time', arguments: {} },
  };
  const { body } = await post(`${origin}/mcp`, JSON.stringify(call), credentialsOf({ id: 'vscode', token }));
  return body;
}

test.each([
  ['the oldest Node', oldestNode],
  ['this Node', process.execPath],
])(
  'under %s the package installs into an empty home, serves, is upgraded without loss, and is removed whole',
  { timeout: 300_000 },
  async (_, node) => {
    const machine = await Machine.start(node);
    const install = async (version: string): Promise<void> => {
      const { code, stderr } = await machine.npm(['install', `lmcp@${version}`]);
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      expect((await machine.lmcp('--version')).stdout).toBe(`${version}\n`);
    };
    await install('0.1.0');
    await machine.served(async (origin) => {
      const page = await fetch(`${origin}/ui`);
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<!doctype html>')]);
      const token = await machine.tokenOf('vscode');
      expect((await callTime(origin, token)).error).toBeUndefined();
      expect(await machine.throughBridge(token)).toMatch(/\d\d:\d\d/);
    });
    const before = await readFile(machine.registry, 'utf8');
    const logged = (await readFile(join(dirname(machine.registry), 'logs/audit.log'), 'utf8')).split('\n');

    await install('0.1.1');
    await machine.served(async (origin) => {
      expect((await callTime(origin, await machine.tokenOf('vscode'))).error).toBeUndefined();
    });
    expect(await readFile(machine.registry, 'utf8')).toBe(before);
    const now = (await readFile(join(dirname(machine.registry), 'logs/audit.log'), 'utf8')).split('\n');
    expect(now.slice(0, logged.length - 1)).toEqual(logged.slice(0, -1));
    expect(now.length).toBeGreaterThan(logged.length);
    expect((await machine.lmcp('audit', 'verify')).code).toBe(0);

    expect((await machine.npm(['uninstall', 'lmcp'])).code).toBe(0);
    expect(await readdir(join(machine.prefix, 'lib/node_modules'))).toEqual([]);
    expect(await readdir(join(machine.prefix, 'bin'))).toEqual([]);
    // What is the person's stays.
    expect(await readFile(machine.registry, 'utf8')).toBe(before);
  },
);

test('npx runs the package, and installs nothing of it', { timeout: 300_000 }, async () => {
  const machine = await Machine.start(process.execPath);
  const npx = (...args: string[]) =>
    machine.run('node', [join(dirname(npmProgram), 'npx-cli.js'), '--yes', ...args]);
  const told = await npx('lmcp@0.1.0', '--version');
  expect([told.code, told.stdout]).toEqual([0, '0.1.0\n']);
  const newest = await npx('lmcp', '--version');
  expect([newest.code, newest.stdout]).toEqual([0, '0.1.1\n']);
  const checked = await npx('lmcp', 'doctor', '--json');
  expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining('lmcp serve') as string });
  expect((await machine.lmcp('--version')).code).not.toBe(0);
});

test('the package has no install script, and is at most 5 MiB', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-pack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await runToEnd([join(root, 'gateway/package/main.mjs'), folder]);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as object;
  expect(Object.keys(manifest)).not.toContain('scripts');
  const { stdout } = await runToEnd([npmProgram, 'pack', '--dry-run', '--json', folder]);
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { size: number }>);
  expect(packed?.size).toBeLessThanOrEqual(5 * MiB);
});
