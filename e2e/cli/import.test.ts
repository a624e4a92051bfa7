import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runLmcp, type CommandResult } from '../harness/commandLine.ts';
import { TestGateway } from '../harness/gateway.ts';
import { rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const token = 'secret-of-codex-0123456789';
const secret = 'secret-of-the-server-0123456789';
const plain = fixture('plain-server.ts');
let gateway: TestGateway;
let home: string;

const cli = (args: readonly string[], input = ''): Promise<CommandResult> =>
  runLmcp(home, args, { HOME: home, LMCP_REGISTRY: gateway.registryPath }, input);

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
}

interface Written {
  readonly clients: Record<string, { readonly allow_servers: string[]; readonly tool_policy?: unknown }>;
  readonly servers: Record<string, Record<string, unknown>>;
}

const registry = async (): Promise<Written> => parse(await gateway.registryText()) as Written;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lmcp-home-'));
  gateway = await TestGateway.start({ clients: { codex: { token, allow_servers: [] } }, servers: {} });
});

afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

describe('import', () => {
  it('takes over what an application has, so that its client can call it through the gateway', async () => {
    const command = JSON.stringify((plain as { command: string }).command);
    const args = JSON.stringify((plain as { args: string[] }).args);
    const config = `# mine\n[mcp_servers.plain]\ncommand = ${command}\nargs = ${args}\nenabled_tools = ["echo"]\n[mcp_servers.plain.env]\nKEY = "${secret}"\n`;
    await write('.codex/config.toml', config);
    const ran = await cli(['import', '--yes']);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout + ran.stderr).not.toContain(secret);
    expect(await readFile(join(home, '.codex/config.toml'), 'utf8')).toBe(config);
    expect(await registry()).toMatchObject({
      clients: {
        codex: {
          allow_servers: ['plain'],
          tool_policy: { plain: { mode: 'allow_list', allow_tools: ['echo'] } },
        },
      },
      servers: { plain: { transport: 'stdio', env: { KEY: '${secret:plain.KEY}' } } },
    });
    const secrets = join(dirname(gateway.registryPath), 'secrets.yaml');
    expect(parse(await readFile(secrets, 'utf8'))).toEqual({ 'plain.KEY': secret });
    expect((await stat(secrets)).mode & 0o777).toBe(0o600);
    expect((await cli(['import', '--yes'])).stderr).toContain('nothing to import');
    const list = async (): Promise<unknown> => {
      const { body } = await rpc(gateway, { id: 'codex', token }, 'tools/list', {});
      return (body.result as { tools: { name: string }[] } | undefined)?.tools.map(({ name }) => name);
    };
    await expect.poll(list).toEqual(['plain__echo']);
    await cli(['import', '--undo', '--yes']);
    expect(await readFile(secrets, 'utf8')).not.toContain(secret);
  });

  it('and connect take an application over and give it back byte for byte', async () => {
    const { command, args } = plain;
    const file = join(home, '.cursor/mcp.json');
    const text = `{\n  // mine\n  "mcpServers": {"mine": ${JSON.stringify({ command, args, env: { API_KEY: secret } })}},\n}\n`;
    await write('.cursor/mcp.json', text);
    await cli(['import', '--from', 'cursor', '--client', 'codex', '--yes']);
    expect((await registry()).servers['mine']).toMatchObject({ env: { API_KEY: '${secret:mine.API_KEY}' } });
    const connected = await cli(['connect', 'cursor', '--client', 'codex', '--replace', '--yes']);
    expect(connected.stderr).toContain('reached through LMCP from now on: mine\n');
    expect(connected.stdout + connected.stderr).not.toContain(secret);
    expect(await readFile(file, 'utf8')).not.toContain(secret);
    expect(await readFile(file, 'utf8')).toContain('"lmcp"');
    await cli(['disconnect', 'cursor', '--yes']);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('writes nothing without a terminal and without --yes', async () => {
    const before = await gateway.registryText();
    const ran = await cli(['import', '-'], '{"mcpServers": {"a": {"command": "x"}}}');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^a +a +new +x +stdin$/m);
    expect(ran.stderr).toContain('--yes');
    expect(await gateway.registryText()).toBe(before);
  });

  it('says before it writes what changes in the registry and what each client gains', async () => {
    const input = JSON.stringify({
      mcpServers: { all: { command: 'x' }, some: { command: 'y', includeTools: ['one', 'two'] } },
    });
    const before = await gateway.registryText();
    const { stdout } = await cli(['import', '-', '--client', 'codex'], input);
    expect(stdout).toContain('server all is new (process)\n');
    expect(stdout).toContain('client codex: may now use all\n');
    expect(stdout).toContain('codex gains 2 tools and the tools of all (not known yet)\n');
    const json = JSON.parse(
      (await cli(['import', '-', '--client', 'codex', '--json'], input)).stdout,
    ) as object;
    expect(json).toMatchObject({
      changes: expect.arrayContaining(['client codex: may now use all']) as unknown,
      impact: ['codex gains 2 tools and the tools of all (not known yet)'],
    });
    expect(await gateway.registryText()).toBe(before);
  });

  it('imports a pasted snippet for a client, and undoes it byte for byte', async () => {
    const before = await gateway.registryText();
    const snippet =
      '"my server": {"command": "uvx", "args": ["some-mcp"]}, "other": {"url": "http://127.0.0.1:9/mcp"}';
    expect((await cli(['import', '-', '--client', 'codex', '--yes'], snippet)).code).toBe(0);
    const { clients, servers } = await registry();
    expect(clients['codex']?.allow_servers).toEqual(['my-server', 'other']);
    expect(servers).toEqual({
      'my-server': { transport: 'stdio', command: 'uvx', args: ['some-mcp'] },
      other: { transport: 'http', url: 'http://127.0.0.1:9/mcp' },
    });
    expect((await cli(['import', '--undo', '--yes'])).code).toBe(0);
    expect(await gateway.registryText()).toBe(before);
  });

  it('undoes an import in a registry that was changed since by removing its servers alone', async () => {
    await cli(['import', '-', '--yes'], '{"a": {"command": "x"}}');
    await cli(['client', 'add', 'later']);
    await cli(['import', '--undo', '--yes']);
    const { clients, servers } = await registry();
    expect(Object.keys(clients)).toEqual(['codex', 'later']);
    expect(servers).toEqual({});
  });

  it('leaves out what cannot be carried over and says why', async () => {
    const input = JSON.stringify({
      mcpServers: {
        off: { command: 'x', disabled: true },
        asks: { command: 'x', env: { KEY: '${input:key}' } },
        remote: { url: 'https://mcp.example.com/mcp' },
        open: { url: 'http://mcp.example.com/mcp' },
        good: { command: 'x' },
      },
    });
    const { stdout } = await cli(['import', '-', '--json'], input);
    const { servers } = JSON.parse(stdout) as { servers: { name: string; state: string; notes: string[] }[] };
    const states = Object.fromEntries(
      servers.map(({ name, state, notes }) => [name, [state, ...notes].join(': ')]),
    );
    expect(states).toMatchObject({
      off: 'new: it is disabled, as it was',
      asks: 'new: set its secret: lmcp secret set asks.KEY',
      good: 'new',
    });
    expect(states['remote']).toMatch(/^new: is on another machine/);
    expect(states['open']).toMatch(/^left_out: .*loopback/);
  });

  it('reads the own file of an application once where the home folder is the current one', async () => {
    await write('.cursor/mcp.json', JSON.stringify({ mcpServers: { plain } }));
    const { stdout } = await cli(['import', '--json']);
    const { servers } = JSON.parse(stdout) as { servers: { name: string; state: string }[] };
    expect(servers.map(({ name, state }) => [name, state])).toEqual([['plain', 'new']]);
  });

  it('takes the variables of an envFile over, secrets apart; what the entry says itself wins', async () => {
    await mkdir(join(home, 'work/.vscode'), { recursive: true });
    const entry = { ...plain, envFile: '${workspaceFolder}/.env', env: { MODE: 'own' } };
    await write('work/.vscode/mcp.json', JSON.stringify({ servers: { plain: entry } }));
    await write('work/.env', `# of the project\nAPI_KEY="${secret}"\nMODE=file\nREGION=eu\n`);
    const far = { command: 'far', envFile: '/nowhere/.env' };
    await write('.config/Code/User/mcp.json', JSON.stringify({ servers: { far } }));
    const env = { HOME: home, LMCP_REGISTRY: gateway.registryPath };
    const ran = await runLmcp(join(home, 'work'), ['import', '--from', 'vscode', '--yes'], env);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('its envFile is not read: give it the variables of /nowhere/.env under env');
    expect(ran.stdout + ran.stderr).not.toContain(secret);
    expect((await registry()).servers['plain']?.['env']).toEqual({
      API_KEY: '${secret:plain.API_KEY}',
      MODE: 'own',
      REGION: 'eu',
    });
  });

  it('reads $NAME as Gemini CLI does, in its file and on stdin, and connect knows the server by it', async () => {
    const env = { HOME: home, LMCP_REGISTRY: gateway.registryPath, MINE: secret };
    const run = (args: readonly string[], input = '') => runLmcp(home, args, env, input);
    const text = JSON.stringify({ mcpServers: { plain: { ...plain, env: { API_KEY: '$MINE' } } } });
    await write('.gemini/settings.json', text);
    expect(await run(['import', '--from', 'gemini', '--client', 'codex', '--yes'])).toMatchObject({
      code: 0,
    });
    expect((await registry()).servers['plain']?.['env']).toEqual({ API_KEY: '${MINE}' });
    expect((await run(['import', '-', '--from', 'gemini', '--json'], text)).stdout).toContain('"known"');
    expect((await run(['import', '-'], text)).stdout).toContain('API_KEY is taken as text');
    const connected = await run(['connect', 'gemini', '--client', 'codex', '--replace', '--yes']);
    expect(connected.stderr).toContain('reached through LMCP from now on: plain\n');
  });

  it('grants the servers of a project only with --projects', async () => {
    await write('.codex/config.toml', '');
    await write('.cursor/mcp.json', '{}');
    await mkdir(join(home, 'src'));
    const claude = { mcpServers: {}, projects: { '/src/app': { mcpServers: { local: { command: 'x' } } } } };
    await write('.claude.json', JSON.stringify(claude));
    await cli(['import', '--client', 'codex', '--yes']);
    expect((await registry()).clients['codex']?.allow_servers).toEqual([]);
    await cli(['import', '--client', 'codex', '--projects', '--yes']);
    expect((await registry()).clients['codex']?.allow_servers).toEqual(['local']);
  });

  it.each([
    ['a file without servers', '{"theme": 1}', 1, 'names no MCP server'],
    ['a broken file', '{"mcpServers": {', 1, 'not valid JSON'],
  ])('rejects %s', async (_, input, code, message) => {
    const ran = await cli(['import', '-'], input);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
  });
});

describe('add', () => {
  it('adds a server of the catalogue, pinned and granted to nobody; its secret is set later', async () => {
    const ran = await cli(['add', 'brave-search', '--yes']);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('runs npx -y @brave/brave-search-mcp-server@2.1.4');
    expect(ran.stderr).toContain('lmcp secret set brave-search.BRAVE_API_KEY');
    expect(await registry()).toMatchObject({
      clients: { codex: { allow_servers: [] } },
      servers: {
        'brave-search': {
          args: ['-y', '@brave/brave-search-mcp-server@2.1.4'],
          env: { BRAVE_API_KEY: '${secret:brave-search.BRAVE_API_KEY}' },
        },
      },
    });
  });

  it('takes answers and grants from the command line, never a secret; asks nothing without a terminal', async () => {
    const folders = ['--set', 'folder=/srv/a', '--set', 'folder=/srv/b'];
    expect(await cli(['add', 'filesystem', ...folders, '--grant', 'codex', '--json'])).toMatchObject({
      code: 0,
    });
    expect(await registry()).toMatchObject({
      clients: { codex: { allow_servers: ['filesystem'] } },
      servers: {
        filesystem: { args: ['-y', '@modelcontextprotocol/server-filesystem@2026.8.31', '/srv/a', '/srv/b'] },
      },
    });
    for (const [args, message] of [
      [['filesystem', '--yes'], '--set folder=value'],
      [['notion', '--set', `NOTION_TOKEN=${secret}`], 'is a secret'],
      [['memory', '--set', 'NOTHING=x'], 'does not ask for NOTHING'],
      [['files'], 'close to it: npm/filesystem'],
      [['memory', '--grant', 'nobody'], 'no client nobody'],
      [['memory', '--id', 'filesystem'], 'there already'],
      [['memory', '--use', 'deb'], '--use is one of'],
    ] as const) {
      const ran = await cli(['add', ...args]);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(await cli(['add', 'memory'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('with --yes') as string,
    });
    expect(Object.keys((await registry()).servers)).toEqual(['filesystem']);
  });

  it('reads a server.json that the person names, from a file or a URL of this machine, and fetches nothing else', async () => {
    const server = {
      name: 'io.github.someone/notes',
      description: 'Notes',
      version: '2.0.0',
      packages: [
        { registryType: 'npm', identifier: 'notes-mcp', version: '2.0.0', transport: { type: 'stdio' } },
      ],
    };
    await write('server.json', JSON.stringify(server));
    expect(await cli(['add', '--from', 'server.json', '--yes'])).toMatchObject({ code: 0 });
    const asked: string[] = [];
    const api = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/elsewhere') response.writeHead(302, { Location: '/v0.1/servers' }).end();
      else response.end(JSON.stringify({ servers: [{ server, _meta: {} }] }));
    });
    await once(api.listen(0, '127.0.0.1'), 'listening');
    const origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    try {
      const ran = await cli(['add', 'notes', '--from', `${origin}/v0.1/servers`, '--yes']);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      expect(await cli(['add', 'notes', '--from', `${origin}/elsewhere`, '--yes'])).toMatchObject({
        code: 1,
      });
    } finally {
      api.close();
    }
    expect(asked).toEqual(['/v0.1/servers', '/elsewhere']);
    expect(await registry()).toMatchObject({
      servers: { notes: { args: ['-y', 'notes-mcp@2.0.0'] }, 'notes-2': { args: ['-y', 'notes-mcp@2.0.0'] } },
    });
    const far = await cli(['add', 'notes', '--from', 'http://registry.example.com/x', '--yes']);
    expect([far.code, far.stderr]).toEqual([2, expect.stringContaining('use https')]);
  });
});
