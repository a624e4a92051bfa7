import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runToEnd } from '../harness/commandLine.ts';
import { freePort, root } from '../harness/gateway.ts';
import { npmProgram } from '../harness/npm/npmRegistry.ts';
import { PtyProcess } from '../harness/processes/ptyProcess.ts';

/** What an application of the machine has before LMCP comes: a server from npm that was never fetched. */
const everything = { command: 'npx', args: ['-y', '@modelcontextprotocol/server-everything@2026.8.31'] };
/** What programs that fetch something need from here. */
const ofTheNetwork = /^(NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy)$/i;

interface Entry {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The commands of the first screen, as they are written there. */
async function firstScreen(): Promise<string[]> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const block = /## Start\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  return block.trim().split('\n');
}

/** How npm reaches its registry from here. */
async function npmOfThisMachine(): Promise<Record<string, string>> {
  const { stdout } = await runToEnd([npmProgram, 'config', 'get', 'registry']);
  const ca = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  return { registry: stdout.trim(), ...(ca !== '' && { cafile: ca }) };
}

/** A bare machine: an empty home with the package's file, one Node with npm, and an application with one server. */
async function bareMachine(): Promise<{ home: string; cursorFile: string; env: Record<string, string> }> {
  const home = await mkdtemp(join(tmpdir(), 'lmcp-bare-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const [bin, prefix, dist, run] = ['bin', 'npm', 'dist', 'run'].map((name) => join(home, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const folder of [bin, dist, run, join(home, '.cursor')]) await mkdir(folder, { mode: 0o700 });
  const npmFolder = join(npmProgram, '..');
  await writeFile(join(bin, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  for (const name of ['npm', 'npx'])
    await writeFile(join(bin, name), `#!/bin/sh\nexec node '${npmFolder}/${name}-cli.js' "$@"\n`, {
      mode: 0o755,
    });
  const cursorFile = join(home, '.cursor', 'mcp.json');
  await writeFile(cursorFile, JSON.stringify({ mcpServers: { everything } }));
  // Of the person, not of the shell: servers get no variables of the gateway's.
  const settings = { prefix, 'update-notifier': 'false', ...(await npmOfThisMachine()) };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(home, '.npmrc'), lines.join(''));
  const network = Object.entries(process.env).filter(([name]) => ofTheNetwork.test(name));
  const env = {
    ...(Object.fromEntries(network) as Record<string, string>),
    HOME: home,
    LMCP_PORT: String(await freePort()),
    XDG_RUNTIME_DIR: run,
    PATH: [bin, join(prefix, 'bin'), '/usr/bin', '/bin'].join(delimiter),
  };
  const built = await runToEnd([join(root, 'gateway/package/main.mjs'), join(home, 'built')]);
  expect([built.code, built.stderr]).toEqual([0, '']);
  const packed = await runToEnd([npmProgram, 'pack', join(home, 'built'), '--pack-destination', dist]);
  expect([packed.code, packed.code === 0 ? '' : packed.stderr]).toEqual([0, '']);
  return { home, cursorFile, env };
}

async function callEcho({ url, headers }: Entry): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'everything__echo', arguments: { message: 'governed' } },
    }),
  });
  return response.text();
}

test(
  'the first screen of the README, as written: from nothing to the first call of an imported server',
  { timeout: 600_000 },
  async () => {
    const commands = await firstScreen();
    expect(commands).toEqual(['npm install --global ./dist/lmcp-*.tgz', 'lmcp']);
    const { home, cursorFile, env } = await bareMachine();
    const began = performance.now();
    const since = (): string => ((performance.now() - began) / 1000).toFixed(1);

    await using install = PtyProcess.run(home, commands[0] ?? '', env);
    expect([await install.exited, install.output.includes('npm error')]).toEqual([0, false]);
    const installed = since();
    await using terminal = PtyProcess.run(home, commands[1] ?? '', env);
    await terminal.shows('Connect Cursor to LMCP?');
    terminal.type('y\n');
    await terminal.shows('Write this? [y/N]');
    terminal.type('y\n');
    await terminal.shows('listens at');
    const listening = since();
    const { mcpServers } = JSON.parse(await readFile(cursorFile, 'utf8')) as { mcpServers: { lmcp: Entry } };
    expect(await callEcho(mcpServers.lmcp)).toContain('governed');
    const called = since();

    const log = await readFile(join(home, '.config/lmcp/logs/audit.log'), 'utf8');
    const events = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ client_id: id }) => id === 'cursor')
      .map(({ event, server_id: server, allowed }) => [event, server, allowed]);
    expect(events).toEqual(
      expect.arrayContaining([
        ['tool_authz', 'everything', true],
        ['tool_result', 'everything', null],
      ]),
    );
    terminal.type('\u0003');
    await terminal.shows('stopped');
    process.stdout.write(
      `from nothing: installed after ${installed} s, listening after ${listening} s, first governed call answered after ${called} s\n`,
    );
  },
);
