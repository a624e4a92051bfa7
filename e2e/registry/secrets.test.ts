import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderHolds } from '../harness/auditLog.ts';
import { runLmcp, type CommandResult } from '../harness/commandLine.ts';
import { freePort, TestGateway, until } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { callerNamed, callTool, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const tester = callerNamed('tester');
const [value, other] = ['correct-horse-battery', 'staple-of-another-kind'];
const reference = '${secret:API}';
/** What stands for a reference inside the gateway is no reference in a file. */
const markOfOther = '\u{fdd0}OTHER\u{fdd1}';
let gateway: TestGateway;

const cli = (args: readonly string[], input = ''): Promise<CommandResult> =>
  runLmcp(gateway.folder, args, { LMCP_REGISTRY: gateway.registryPath }, input);
const secretsFile = (): string => join(gateway.folder, 'config', 'secrets.yaml');

interface Given {
  readonly key: string | null;
  readonly args: readonly string[];
}

async function shown(server: string): Promise<Given | string> {
  const { body } = await callTool(gateway, tester, `${server}__shown`);
  const content = body.result?.['content'] as { text: string }[] | undefined;
  return content === undefined ? (body.error?.message ?? '') : (JSON.parse(content[0]?.text ?? '') as Given);
}

beforeEach(async () => {
  gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: { tester: { token: tester.token, allow_servers: ['one', 'two', 'plain'] } },
    servers: {
      one: {
        ...fixture('secret-server.ts', `--key=${reference}`, '$${secret:API}', markOfOther),
        env: { KEY: reference },
      },
      two: { ...fixture('secret-server.ts'), env: { KEY: 'prefix ${secret:OTHER}' } },
      plain: fixture('plain-server.ts'),
    },
  });
});
afterEach(() => gateway[Symbol.asyncDispose]());

describe('secrets of servers', () => {
  it('are set from stdin, used by servers, and changed while the gateway runs', async () => {
    expect(await shown('one')).toBe(
      'Server "one" could not be started: its secret API is missing. Ask the administrator to set it.',
    );
    expect((await callTool(gateway, tester, 'plain__echo')).body.result).toBeDefined();
    const set = await cli(['secret', 'set', 'API'], `${value}\n`);
    expect(set, set.stderr).toMatchObject({ code: 0, stdout: '' });
    expect((await stat(secretsFile())).mode & 0o777).toBe(0o600);
    const expected = { key: value, args: [`--key=${value}`, reference, markOfOther] };
    await until('the server has its secret', async () => typeof (await shown('one')) === 'object');
    expect(await shown('one')).toEqual(expected);
    await cli(['secret', 'set', 'API'], other);
    await until('the server has the new one', async () => {
      const given = await shown('one');
      return typeof given === 'object' && given.key === other;
    });
    const changes = (await gateway.audit()).flatMap(({ event, detail }) =>
      event === 'config_change' ? [(detail as { changes: string[] }).changes] : [],
    );
    expect(changes.at(-1)).toEqual(['server one: secret API is changed']);
  });

  it('restart the servers that use them, and no other', async () => {
    await cli(['secret', 'set', 'API'], value);
    await cli(['secret', 'set', 'OTHER'], value);
    await until(
      'both run',
      async () => typeof (await shown('one')) !== 'string' && typeof (await shown('two')) !== 'string',
    );
    const starts = async (): Promise<number> =>
      (await gateway.audit()).filter(({ event, server_id: id }) => event === 'server_start' && id === 'two')
        .length;
    const before = await starts();
    await cli(['secret', 'set', 'API'], other);
    await until('the first has the new one', async () => ((await shown('one')) as Given).key === other);
    expect(await shown('two')).toEqual({ key: `prefix ${value}`, args: [] });
    expect(await starts()).toBe(before);
  });

  it('come from files and commands', async () => {
    const file = join(gateway.folder, 'mounted');
    await writeFile(file, `${value}\n`);
    await cli(['secret', 'set', 'API', '--file', file]);
    await cli(['secret', 'set', 'OTHER', '--', process.execPath, '-e', `console.log('${other}')`]);
    await until(
      'both run',
      async () => typeof (await shown('one')) !== 'string' && typeof (await shown('two')) !== 'string',
    );
    expect(await shown('one')).toMatchObject({ key: value });
    expect(await shown('two')).toMatchObject({ key: `prefix ${other}` });
    expect(await readFile(secretsFile(), 'utf8')).not.toContain(value);
    const checked = await cli(['secret', 'check']);
    expect(checked).toMatchObject({ code: 0 });
    await writeFile(file, `${other}\n`);
    await until('the file was read again', async () => ((await shown('one')) as Given).key === other);
  });

  it('that are missing are named with what is wrong, and their values never', async () => {
    await cli([
      'secret',
      'set',
      'OTHER',
      '--',
      process.execPath,
      '-e',
      `console.log('${other}'); process.exit(3)`,
    ]);
    const checked = await cli(['secret', 'check', '--json']);
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.stdout)).toMatchObject([
      {
        name: 'OTHER',
        ok: false,
        problem: expect.stringMatching(/exited with code 3$/) as string,
        used_by: ['two'],
      },
      { name: 'API', ok: false, problem: 'it is not defined; run lmcp secret set API', used_by: ['one'] },
    ]);
    await until('the failure is known', async () => (await shown('two')) !== '');
    const { body } = await manage<{ server?: unknown }>(gateway, managementToken, '/management/servers/two');
    expect(JSON.stringify(body)).toContain('exited with code 3');
    expect(JSON.stringify(body) + checked.stdout + gateway.output).not.toContain(other);
    await writeFile(secretsFile(), 'API: [');
    expect((await cli(['secret', 'set', 'API'], value)).stderr).toMatch(
      /not valid YAML.*correct .*secrets\.yaml first/,
    );
  });

  it('are in no log, history, answer, error or diff', async () => {
    await cli(['secret', 'set', 'API'], value);
    await until('the server runs', async () => typeof (await shown('one')) === 'object');
    const answers = await Promise.all(
      ['/status', '/registry/view', '/management/servers/one', '/management/servers'].map(
        async (path) => (await manage(gateway, managementToken, path)).text,
      ),
    );
    expect(answers.join('')).toContain('started with');
    const listed = await cli(['secret', 'list', '--json']);
    expect(JSON.parse(listed.stdout)).toContainEqual({
      name: 'API',
      source: 'value',
      place: 'secrets.yaml',
      used_by: ['one'],
    });
    expect(
      [...answers, gateway.output, listed.stdout, (await cli(['config'])).stdout].join(''),
    ).not.toContain(value);
    const history = join(gateway.folder, 'config', '.registry-history');
    expect(await folderHolds(join(gateway.folder, 'logs'), [value])).toBe(false);
    expect(
      (await readdir(history).catch(() => [])).length === 0 || !(await folderHolds(history, [value])),
    ).toBe(true);
  });

  it('are handed over HTTP to no server that does not use them', async () => {
    await cli(['secret', 'set', 'API'], value);
    const apply = (patch: object) =>
      manage<{ error?: string; message?: string; applied?: boolean }>(
        gateway,
        managementToken,
        '/registry/apply',
        {
          body: { patch },
        },
      );
    const attempts = [
      {
        servers: { evil: { transport: 'http', url: 'http://127.0.0.1:1/mcp', headers: { Key: reference } } },
      },
      { servers: { evil: { transport: 'http', url: `http://127.0.0.1:1/${reference}` } } },
      { servers: { plain: { env: { KEY: reference } } } },
      { servers: { one: { command: '/bin/sh' } } },
      { servers: { two: { args: [...fixture('secret-server.ts').args, reference] } } },
    ];
    for (const patch of attempts) {
      const { status, body } = await apply(patch);
      expect([status, body.error]).toEqual([409, 'secret_required']);
    }
    expect((await apply(attempts[0] ?? {})).body.message).toContain(
      'Add the server without it and run `lmcp secret use API evil headers.Key` there',
    );
    // The command in the answer does what was asked for.
    const { message = '' } = (await apply(attempts[2] ?? {})).body;
    const [, command = ''] = /`lmcp ([^`]+)`/.exec(message) ?? [];
    expect(command).toBe('secret use API plain env.KEY');
    expect((await cli(command.split(' '))).code).toBe(0);
    expect(await readFile(gateway.registryPath, 'utf8')).toMatch(/plain:[^]*KEY: "?\$\{secret:API\}/);
    const forged = '\u{fdd0}API\u{fdd1}';
    await apply({ servers: { forged: { ...fixture('secret-server.ts', forged), env: { KEY: forged } } } });
    await apply({ clients: { tester: { allow_servers: ['forged'] } } });
    expect(await shown('forged')).toEqual({ key: forged, args: [forged] });
  });

  it('are set over HTTP by the management token, which may hand on what it has set itself', async () => {
    const ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
      manage<Record<string, unknown>>(gateway, managementToken, `/management/secrets${path}`, {
        method,
        body,
      });
    const apply = async (): Promise<number> => {
      const patch = { servers: { plain: { env: { KEY: '${secret:NEW}' } } } };
      return (await manage(gateway, managementToken, '/registry/apply', { body: { patch } })).status;
    };
    expect((await ask('POST', '', { name: 'NEW', value })).status).toBe(200);
    expect((await ask('GET', '')).body['secrets']).toContainEqual({
      name: 'NEW',
      source: 'value',
      problem: null,
      used_by: [],
    });
    await cli(['secret', 'set', 'NEW'], other);
    expect(await apply()).toBe(409);
    await ask('POST', '', { name: 'NEW', value });
    expect(await apply()).toBe(200);
    expect((await ask('DELETE', '/NEW')).status).toBe(200);
    expect((await ask('DELETE', '/NEW')).body).toMatchObject({ error: 'unknown_secret' });
    const actions = (await gateway.audit()).flatMap(({ detail }) => {
      const { action, secret } = (detail ?? {}) as { action?: string; secret?: string };
      return secret === undefined ? [] : [[action, secret]];
    });
    expect(actions).toEqual([
      ['secret_set', 'NEW'],
      ['secret_set', 'NEW'],
      ['secret_remove', 'NEW'],
    ]);
    await writeFile(secretsFile(), 'A: [');
    expect((await ask('POST', '', { name: 'NEW', value })).body).toMatchObject({ error: 'invalid_secrets' });
  });

  it('go into headers and addresses of servers over HTTP', async () => {
    const seen: Pick<IncomingMessage, 'url' | 'headers'>[] = [];
    const server = createServer((request, response) => {
      seen.push(request);
      response.writeHead(404).end();
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await writeFile(secretsFile(), `API: "a/b?c d"\n`, { mode: 0o600 });
    const url = `http://127.0.0.1:${port}/mcp/${reference}?key=${reference}`;
    await gateway.writeRegistry({
      clients: { tester: { token: tester.token, allow_servers: ['remote'] } },
      servers: { remote: { transport: 'http', url, headers: { Authorization: `Bearer ${reference}` } } },
    });
    await until('the request came', async () => {
      await rpc(gateway, tester, 'tools/list');
      return seen.length > 0;
    });
    expect(seen[0]?.url).toBe('/mcp/a%2Fb%3Fc%20d?key=a%2Fb%3Fc%20d');
    expect(seen[0]?.headers['authorization']).toBe('Bearer a/b?c d');
    server.close();
    server.closeAllConnections();
  });

  it('warn of a file that others can read', async () => {
    await writeFile(secretsFile(), `API: ${value}\n`, { mode: 0o600 });
    await chmod(secretsFile(), 0o644);
    await gateway.stop();
    await gateway.run();
    expect(gateway.output).toContain(`chmod 600 ${secretsFile()}`);
  });

  it('are handed to a server by one command', async () => {
    await cli(['secret', 'set', 'API'], value);
    const used = await cli(['secret', 'use', 'API', 'plain', 'env.API_KEY']);
    expect(used, used.stderr).toMatchObject({ code: 0 });
    expect(await gateway.registryText()).toContain('API_KEY: ${secret:API}');
    expect((await cli(['secret', 'use', 'NONE', 'plain', 'env.X'])).stderr).toContain('secret set NONE');
    const removed = await cli(['secret', 'rm', 'API']);
    expect(removed.stderr).toContain('cannot start without it: one, plain');
    expect(await readFile(secretsFile(), 'utf8')).not.toContain(value);
  });
});
