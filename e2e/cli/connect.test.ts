import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Application, Format } from '../../gateway/src/connect/applications/application.ts';
import { applicationNamed, applications } from '../../gateway/src/connect/applications/applications.ts';
import { currentEntry, stringsOf } from '../../gateway/src/connect/change.ts';
import { editFile } from '../../gateway/src/connect/edit/editFile.ts';
import { runLmcp, runToEnd, type CommandResult } from '../harness/commandLine.ts';
import { TestGateway } from '../harness/gateway.ts';
import { fixture } from '../harness/servers.ts';

const token = 'secret-of-tester-0123456789';
let gateway: TestGateway;
let home: string;

/** The command as a person runs it, with a home folder of the test's own. */
const cli = (...args: readonly string[]): Promise<CommandResult> =>
  runLmcp(home, args, { HOME: home, LMCP_REGISTRY: gateway.registryPath });

function userFile(application: Application): string {
  const [file = ''] = application.userFiles({ os: 'linux', home, env: {} });
  return file;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** A file of a person, with another server and comments where the format has them. */
function ownFile({ format, place }: Application): string {
  const tops: Record<Format, string> = {
    json: '{\n    // mine\n    "theme": "dark",\n}\n',
    toml: '# mine\ntheme = "dark"\n',
    yaml: '# mine\ntheme: dark # always\n',
  };
  const entry = { command: 'other', args: ['--x'], env: { KEY: 'secret-of-the-other' } };
  const result = editFile(format, tops[format], { place, name: 'other', entry });
  if (!result.ok) throw new Error(result.message);
  return result.text;
}

/** Lists tools with the entry of the application's file alone. */
async function toolsWith(application: Application, text: string): Promise<unknown> {
  const entry = currentEntry(application, text);
  const strings = stringsOf(entry);
  if (application.entry === undefined) return toolsBridged(strings);
  const url = strings.find((string) => string.startsWith('http:')) ?? '';
  expect(strings).toContain(application.name);
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'X-Lmcp-Client-Id': application.name,
    'X-Lmcp-Token': strings.find((string) => /^[\w-]{40,}$/.test(string)) ?? '',
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
  const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as {
    result?: { tools: { name: string }[] };
  };
  return answer.result?.tools.map(({ name }) => name);
}

/** The same through the command that is there, which holds no token. */
async function toolsBridged([, ...args]: readonly string[]): Promise<unknown> {
  const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
  const ran = await runToEnd(args, { env: { PATH: process.env['PATH'] } }, list);
  const { result } = JSON.parse(ran.stdout) as { result?: { tools: { name: string }[] } };
  return result?.tools.map(({ name }) => name);
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'lmcp-home-'));
  gateway = await TestGateway.start({
    clients: { tester: { token, allow_servers: ['plain'] } },
    servers: {
      plain: fixture('plain-server.ts'),
    },
  });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

describe('every application', () => {
  const before = new Map(applications.map((application) => [application, ownFile(application)]));

  beforeAll(async () => {
    for (const [application, text] of before) await write(userFile(application), text);
    const imported = await cli('import', '--yes');
    expect(imported, imported.stderr).toMatchObject({ code: 0 });
    for (const [application, text] of before)
      expect(await readFile(userFile(application), 'utf8')).toBe(text);
    const ran = await cli('connect', '--all', '--yes', '--allow', 'plain');
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    for (const secret of ['secret-of-the-other', ...(await writtenTokens())]) {
      expect(ran.stdout + ran.stderr).not.toContain(secret);
    }
  }, 180_000);

  const writtenTokens = async (): Promise<readonly string[]> => {
    const texts = applications.map((one) => readFile(userFile(one), 'utf8'));
    return (await Promise.all(texts)).flatMap((text) => /[\w-]{43}/.exec(text) ?? []);
  };

  it.each(applications.map((application) => [application.name, application] as const))(
    '%s has an entry that works, and everything else as before',
    async (_, application) => {
      const path = userFile(application);
      const text = await readFile(path, 'utf8');
      for (const comment of before.get(application)?.match(/(\/\/|#) .*/g) ?? [])
        expect(text).toContain(comment);
      // The gateway reads the registry when its file has changed.
      await expect.poll(() => toolsWith(application, text)).toContain('plain__echo');
      expect((await stat(path)).mode & 0o077).toBe(0);
    },
  );

  it('has given its server to the registry once, with the secret apart', async () => {
    const { servers } = parse(await gateway.registryText()) as { servers: Record<string, unknown> };
    expect(servers).toMatchObject({ other: { command: 'other', env: { KEY: '${secret:other.KEY}' } } });
    expect(Object.keys(servers)).toEqual(['plain', 'other']);
  });

  it('is found connected, and becomes byte for byte what it was', async () => {
    const check = await cli('connect', '--check', '--json');
    const states = (JSON.parse(check.stdout) as Record<string, unknown>[]).map(
      ({ application, client, state }) => ({
        application,
        client,
        state,
      }),
    );
    expect(states).toEqual(
      applications.map(({ name }) => ({ application: name, client: name, state: 'connected' })),
    );
    expect((await cli('connect', '--all', '--undo', '--yes')).code).toBe(0);
    for (const [application, text] of before)
      expect(await readFile(userFile(application), 'utf8')).toBe(text);
  });
});

describe('connect', () => {
  it('shows the change and writes nothing without a terminal and without --yes', async () => {
    const path = join(home, 'shown.json');
    const ran = await cli('connect', 'vscode', '--client', 'tester', '--file', path);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('"X-Lmcp-Token": "<TOKEN>"');
    expect(ran.stdout + ran.stderr).not.toContain(token);
    expect(ran.stderr).toContain('--yes');
    expect(existsSync(path)).toBe(false);
  });

  it('removes a file that it made, and in a changed one its entry alone', async () => {
    const path = join(home, 'made/mcp.json');
    const connect = (...more: string[]): Promise<CommandResult> =>
      cli('connect', 'vscode', '--client', 'tester', '--file', path, '--yes', ...more);
    await connect();
    expect(await readFile(path, 'utf8')).toContain(token);
    await connect('--undo');
    expect(existsSync(path)).toBe(false);
    await connect();
    const changed = (await readFile(path, 'utf8')).replace('{', '{\n  // added since\n');
    await writeFile(path, changed);
    await cli('disconnect', 'vscode', '--file', path, '--yes');
    const rest = await readFile(path, 'utf8');
    expect(rest).toContain('// added since');
    expect(rest).not.toContain('lmcp');
  });

  it('is idempotent, and keeps the token that is there', async () => {
    const path = join(home, 'twice.json');
    await cli('connect', 'cursor', '--client', 'fresh', '--file', path, '--yes');
    const first = await readFile(path, 'utf8');
    const again = await cli('connect', 'cursor', '--client', 'fresh', '--file', path, '--yes');
    expect(again.stderr).toContain('connected already');
    expect(await readFile(path, 'utf8')).toBe(first);
    const { clients } = parse(await gateway.registryText()) as { clients: Record<string, unknown> };
    expect(clients['fresh']).toEqual({
      token_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      allow_servers: [],
      tools: 'auto',
    });
  });

  it('writes through a symbolic link and leaves the link', async () => {
    const [target, link] = [join(home, 'dotfiles.json'), join(home, 'link.json')];
    await writeFile(target, '{}');
    await symlink(target, link);
    await cli('connect', 'vscode', '--client', 'tester', '--file', link, '--yes');
    expect(await readFile(target, 'utf8')).toContain(token);
  });

  it.each([
    ['a file that Git tracks', 'tracked by Git'],
    ['a broken file', 'not valid JSON: CommaExpected in line 1, column 9'],
    ['a folder', 'is not a regular file'],
    ['no text', 'is not text in UTF-8'],
  ])('rejects %s and changes nothing', async (what, message) => {
    const folder = await mkdtemp(join(home, 'rejected-'));
    const path = join(folder, 'mcp.json');
    const contents: Record<string, Buffer> = {
      'a file that Git tracks': Buffer.from('{}'),
      'a broken file': Buffer.from('{"a": 1 "b"}'),
      'no text': Buffer.from([0x7b, 0xff, 0x7d]),
    };
    const content = contents[what];
    if (content === undefined) await mkdir(path);
    else await writeFile(path, content);
    if (what === 'a file that Git tracks') {
      execFileSync('git', ['init', '-q'], { cwd: folder });
      execFileSync('git', ['add', 'mcp.json'], { cwd: folder });
    }
    const registryBefore = await gateway.registryText();
    const ran = await cli('connect', 'vscode', '--client', 'newcomer', '--file', path, '--yes');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toContain('not expected');
    if (content !== undefined) expect(await readFile(path)).toEqual(content);
    expect(await gateway.registryText()).toBe(registryBefore);
  });

  it('connects a file that Git tracks by the bridge, without the token', async () => {
    const folder = await mkdtemp(join(home, 'tracked-'));
    const path = join(folder, 'mcp.json');
    await writeFile(path, '{}');
    execFileSync('git', ['init', '-q'], { cwd: folder });
    execFileSync('git', ['add', 'mcp.json'], { cwd: folder });
    const args = ['vscode', '--client', 'shared', '--allow', 'plain', '--file', path, '--yes'];
    const rejected = await cli('connect', ...args);
    expect(rejected.stderr).toContain('connect vscode --bridge');
    expect(await cli('connect', ...args, '--bridge')).toMatchObject({ code: 0 });
    const entry = currentEntry(applicationNamed('vscode')!, await readFile(path, 'utf8'));
    expect(entry).toMatchObject({ type: 'stdio', command: process.execPath });
    const secrets = join(dirname(gateway.registryPath), 'secrets.yaml');
    const { 'lmcp-client-shared': kept } = parse(await readFile(secrets, 'utf8')) as Record<string, string>;
    expect(kept).toMatch(/^[\w-]{43}$/);
    expect(await readFile(path, 'utf8')).not.toContain(kept);
    const { command, args: given } = entry as { command: string; args: string[] };
    await expect.poll(() => toolsBridged([command, ...given])).toContain('plain__echo');
    const checked = await cli('connect', 'vscode', '--check', '--json', '--file', path);
    expect(JSON.parse(checked.stdout)).toMatchObject([{ state: 'connected', client: 'shared' }]);
    const undone = await cli('disconnect', 'vscode', '--file', path, '--yes');
    expect(undone, undone.stderr).toMatchObject({ code: 0 });
    expect(await readFile(secrets, 'utf8')).not.toContain(kept);
  });

  it('writes where the gateway runs, whatever port the registry has by now', async () => {
    const text = await gateway.registryText();
    await writeFile(gateway.registryPath, text.replace(`port: ${gateway.port}`, 'port: 7344'), {
      mode: 0o600,
    });
    const path = join(home, 'moved.json');
    const args = ['cursor', '--client', 'tester', '--file', path, '--yes'];
    expect(await cli('connect', ...args)).toMatchObject({ code: 0 });
    expect(await readFile(path, 'utf8')).toContain(`${gateway.origin}/mcp`);
    await writeFile(gateway.registryPath, text, { mode: 0o600 });
  });

  it('removes with --replace what the client reaches through LMCP, and --undo restores it byte for byte', async () => {
    const path = join(home, 'replaced.json');
    const { command, args } = fixture('plain-server.ts');
    const text = `{\n  // mine\n  "mcpServers": {\n    "a": ${JSON.stringify({ command, args })}, // one\n    "b": {"command": "other", "env": {"K": "secret-of-b"}},\n  },\n}\n`;
    await writeFile(path, text);
    const ran = await cli('connect', 'cursor', '--client', 'tester', '--file', path, '--replace', '--yes');
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('reached through LMCP from now on: a\n');
    expect(ran.stderr).toContain('these stay in the file, since LMCP does not have them: b;');
    expect(ran.stdout + ran.stderr).not.toContain('secret-of-b');
    const names = /"(a|b|lmcp)": \{/g;
    expect([...(await readFile(path, 'utf8')).matchAll(names)].map(([, name]) => name).sort()).toEqual([
      'b',
      'lmcp',
    ]);
    await cli('disconnect', 'cursor', '--file', path, '--yes');
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('names with --replace the servers of other files that bypass LMCP, and reads files with environments', async () => {
    const { command, args } = fixture('plain-server.ts');
    const project = join(home, 'project');
    const path = join(project, 'own.json');
    await write(join(project, 'a.env'), 'LEVEL=high\n');
    const entry = { command, args, envFile: join(project, 'a.env') };
    await write(path, JSON.stringify({ mcpServers: { a: entry } }));
    const projectFile = join(project, '.cursor/mcp.json');
    await write(projectFile, JSON.stringify({ mcpServers: { bypass: { command: 'other' }, lmcp: {} } }));
    const connect = ['connect', 'cursor', '--client', 'tester', '--file', path, '--replace', '--yes'];
    const ran = await runLmcp(project, connect, { HOME: home, LMCP_REGISTRY: gateway.registryPath });
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain(`not changed: ${projectFile} has servers, too: bypass\n`);
    expect(ran.stderr).toContain('these stay in the file, since LMCP does not have them: a;');
  });

  it('prints links where an application opens them', async () => {
    const { stdout } = await cli('connect', 'cursor', '--client', 'tester', '--link');
    expect(new URL(stdout.trim()).protocol).toBe('cursor:');
    expect((await cli('connect', 'codex', '--client', 'tester', '--link')).code).toBe(2);
  });

  it('connects every application found with --all, and checks them', async () => {
    const own = await mkdtemp(join(tmpdir(), 'lmcp-home-'));
    const before = home;
    home = own;
    try {
      await write(join(home, '.cursor/mcp.json'), '{}');
      await mkdir(join(home, '.codex'));
      const ran = await cli('connect', '--all', '--client', 'tester', '--yes');
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      const { stdout, code } = await cli('connect', '--check', '--json');
      const states = (JSON.parse(stdout) as { application: string; state: string }[]).map(
        ({ application, state }) => `${application} ${state}`,
      );
      expect(states).toEqual(['cursor connected', 'codex connected']);
      expect(code).toBe(0);
    } finally {
      home = before;
      await rm(own, { recursive: true, force: true });
    }
  });
});
