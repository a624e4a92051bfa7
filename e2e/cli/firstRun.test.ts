import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runLmcp } from '../harness/commandLine.ts';
import { freePort, until } from '../harness/gateway.ts';
import { PtyProcess } from '../harness/processes/ptyProcess.ts';
import { fixture } from '../harness/servers.ts';

const interrupt = '\u0003';
let home: string;
let port: number;
let env: Record<string, string>;

const lmcpHome = (): string => join(home, 'lmcp');
const cursorFile = (): string => join(home, '.cursor', 'mcp.json');
const openedFile = (): string => join(home, 'opened');

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lmcp-first-'));
  port = await freePort();
  const bin = join(home, 'bin');
  await Promise.all([bin, join(home, '.cursor'), join(home, 'run')].map((folder) => mkdir(folder)));
  await chmod(join(home, 'run'), 0o700);
  // The person's browser, which keeps the address that it was to open.
  await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > ${openedFile()}\n`, { mode: 0o755 });
  const { command, args } = fixture('plain-server.ts');
  await writeFile(cursorFile(), JSON.stringify({ mcpServers: { plain: { command, args } } }));
  env = {
    HOME: home,
    LMCP_HOME: lmcpHome(),
    LMCP_PORT: String(port),
    XDG_RUNTIME_DIR: join(home, 'run'),
    DISPLAY: ':99',
    PATH: `${bin}:${process.env['PATH']}`,
  };
});
afterEach(() => rm(home, { recursive: true, force: true }));

interface Registry {
  readonly clients: Record<string, { allow_servers: string[] } | undefined>;
  readonly servers: Record<string, unknown>;
}

const registry = async (): Promise<Registry> =>
  parse(await readFile(join(lmcpHome(), 'registry.yaml'), 'utf8')) as Registry;

test('three yeses: the application is connected, its servers are imported, the browser is signed in', async () => {
  await using terminal = PtyProcess.start(home, [], env);
  await terminal.shows('Found on this machine: Cursor');
  await terminal.shows('Connect Cursor to LMCP?');
  terminal.type('y\n');
  await terminal.shows('Write this? [y/N]');
  terminal.type('y\n');
  await terminal.shows('listens at');
  await terminal.shows('in the browser? [y/N]');
  terminal.type('y\n');
  await until('the browser was opened', () => existsSync(openedFile()));
  const address = await written(openedFile());
  expect(address).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/ui/#sign-in=[\\w-]{43}$`));
  const code = address.split('=')[1] ?? '';
  const signIn = await fetch(`http://127.0.0.1:${port}/sign-in`, {
    method: 'POST',
    headers: { 'X-Lmcp-Sign-In-Code': code },
  });
  expect(signIn.status).toBe(200);

  const { clients, servers } = await registry();
  expect([Object.keys(servers).includes('plain'), clients['cursor']?.allow_servers]).toEqual([
    true,
    ['plain'],
  ]);
  const { mcpServers } = JSON.parse(await readFile(cursorFile(), 'utf8')) as {
    mcpServers: { lmcp: { url: string; headers: Record<string, string> } };
  };
  expect(mcpServers.lmcp.url).toBe(`http://127.0.0.1:${port}/mcp`);
  const called = await fetch(mcpServers.lmcp.url, {
    method: 'POST',
    headers: { ...mcpServers.lmcp.headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'plain__echo', arguments: { text: 'governed' } },
    }),
  });
  expect(await called.text()).toContain('governed');

  // While it runs, lmcp alone opens its interface.
  await rm(openedFile());
  await using second = PtyProcess.start(home, [], env);
  await second.shows('#sign-in=');
  expect(await second.exited).toBe(0);
  await until('the browser was opened again', () => existsSync(openedFile()));

  terminal.type(interrupt);
  await terminal.shows('stopped');
  expect(await terminal.exited).toBe(0);
});

test('Enter skips every question, and nothing but the first registry is written', async () => {
  const before = await readFile(cursorFile(), 'utf8');
  await using terminal = PtyProcess.start(home, ['serve', '--port', String(port)], env);
  await terminal.shows('Connect Cursor to LMCP?');
  terminal.type('\n');
  await terminal.shows('Write this? [y/N]');
  terminal.type('\n');
  await terminal.shows('in the browser? [y/N]');
  terminal.type('\n');
  terminal.type(interrupt);
  await terminal.shows('stopped');
  await terminal.exited;
  expect(await readFile(cursorFile(), 'utf8')).toBe(before);
  expect(Object.keys((await registry()).servers)).toEqual(['time']);
  expect(existsSync(openedFile())).toBe(false);

  // The next start asks nothing but whether to open the page.
  await using again = PtyProcess.start(home, ['serve', '--port', String(port)], env);
  await again.shows('in the browser? [y/N]');
  expect(again.output).not.toContain('Found on this machine');
  again.type(interrupt);
  await again.exited;
});

test('without a terminal lmcp alone shows the commands, and writes nothing', async () => {
  const { stdout, stderr } = await runLmcp(home, [], env);
  expect(stdout + stderr).toContain('Usage: lmcp');
  expect(existsSync(lmcpHome())).toBe(false);
});

/** What a file holds once it holds something. */
async function written(path: string): Promise<string> {
  await until(`${path} is written`, async () => (await readFile(path, 'utf8')) !== '');
  return readFile(path, 'utf8');
}
