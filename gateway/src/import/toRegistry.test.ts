import { describe, expect, test } from 'vitest';
import { toRegistry } from './toRegistry.ts';

const env = { GITHUB_TOKEN: 'set', HOME: '/home/me' };

describe('toRegistry', () => {
  test.each([
    [
      { command: 'npx', args: ['-y', 'x'] },
      { transport: 'stdio', command: 'npx', args: ['-y', 'x'] },
    ],
    [{ command: 'npx -y x --flag' }, { transport: 'stdio', command: 'npx', args: ['-y', 'x', '--flag'] }],
    [
      { command: 'C:\\Program Files\\x.exe', args: ['a'] },
      { transport: 'stdio', command: 'C:\\Program Files\\x.exe', args: ['a'] },
    ],
    [
      { type: 'local', command: ['npx', '-y', 'x'], environment: { A: '1' } },
      { transport: 'stdio', command: 'npx', args: ['-y', 'x'], env: { A: '1' } },
    ],
    [
      { type: 'stdio', cmd: 'uvx', args: ['x'], envs: { A: 1 } },
      { transport: 'stdio', command: 'uvx', args: ['x'], env: { A: '1' } },
    ],
    [
      { command: 'cmd', args: ['/c', 'npx', '-y', 'x'] },
      { transport: 'stdio', command: 'npx', args: ['-y', 'x'] },
    ],
    [
      { command: 'docker', args: ['run', '-i', '--rm', 'mcp/time'] },
      { transport: 'stdio', command: 'docker', args: ['run', '-i', '--rm', 'mcp/time'] },
    ],
    [
      { command: 'x', cwd: '/srv', env: {} },
      { transport: 'stdio', command: 'x', cwd: '/srv' },
    ],
    [
      { type: 'http', url: 'http://127.0.0.1:9/mcp', headers: { A: 'b' } },
      { transport: 'http', url: 'http://127.0.0.1:9/mcp', headers: { A: 'b' } },
    ],
    [{ httpUrl: 'http://127.0.0.1:9/mcp' }, { transport: 'http', url: 'http://127.0.0.1:9/mcp' }],
    [{ serverUrl: 'http://127.0.0.1:9/mcp' }, { transport: 'http', url: 'http://127.0.0.1:9/mcp' }],
    [
      { type: 'streamable_http', uri: 'http://127.0.0.1:9/mcp' },
      { transport: 'http', url: 'http://127.0.0.1:9/mcp' },
    ],
    [
      { url: 'http://127.0.0.1:9', http_headers: { A: 'b' } },
      { transport: 'http', url: 'http://127.0.0.1:9', headers: { A: 'b' } },
    ],
    [
      { url: 'http://127.0.0.1:9', requestOptions: { headers: { A: 'b' } } },
      { transport: 'http', url: 'http://127.0.0.1:9', headers: { A: 'b' } },
    ],
    [
      {
        command: 'npx',
        args: ['-y', 'mcp-remote@latest', 'http://127.0.0.1:9/mcp', '--header', 'Authorization: Bearer ${T}'],
        env: { T: 's' },
      },
      { transport: 'http', url: 'http://127.0.0.1:9/mcp', headers: { Authorization: 'Bearer s' } },
    ],
    [
      {
        image: 'mcp/github',
        command: ['--read-only'],
        env: [
          { name: 'HOST', value: 'github.com' },
          { name: 'ORG', value: '{{github.org}}' },
        ],
        secrets: [{ name: 'github.token', env: 'GITHUB_TOKEN', example: '<TOKEN>' }],
        volumes: ['/srv/data:/data:ro'],
      },
      {
        transport: 'stdio',
        image: 'mcp/github',
        args: ['--read-only'],
        mounts: [{ source: '/srv/data', target: '/data', read_only: true }],
        network: 'bridge',
        env: { HOST: 'github.com', ORG: '${secret:?}', GITHUB_TOKEN: '${secret:?}' },
      },
    ],
    [
      { image: 'mcp/time', disableNetwork: true },
      { transport: 'stdio', image: 'mcp/time' },
    ],
  ])('%j', (entry, server) => {
    expect(toRegistry(entry, env)).toMatchObject({ ok: true, server });
    expect(Object.keys((toRegistry(entry, env) as { server: object }).server)).toEqual(Object.keys(server));
  });

  test.each([{ disabled: true }, { enabled: false }])('keeps a server disabled: %j', (off) => {
    expect(toRegistry({ command: 'x', ...off }, env)).toMatchObject({
      ok: true,
      server: { transport: 'stdio', command: 'x', enabled: false },
      notes: ['it is disabled, as it was'],
    });
  });

  test('spells variables as the registry does, and says which it reads', () => {
    const entry = {
      command: 'x',
      env: { A: '${env:GITHUB_TOKEN}', B: '{env:HOME}', C: '%HOME%', D: '${NONE:-d}', E: '$5' },
    };
    expect(toRegistry(entry, env)).toMatchObject({
      server: { env: { A: '${GITHUB_TOKEN}', B: '${HOME}', C: '${HOME}', D: 'd', E: '$5' } },
      notes: [
        'reads GITHUB_TOKEN from the environment of the gateway',
        'reads HOME from the environment of the gateway',
      ],
    });
  });

  test('marks what is still to be given in variables and headers', () => {
    const entry = {
      command: 'x',
      env: { A: '${input:key}', B: '<YOUR_TOKEN>', C: 'x ${UNSET}', D: '${GITHUB_TOKEN}' },
    };
    expect(toRegistry(entry, env)).toMatchObject({
      server: { env: { A: '${secret:?}', B: '${secret:?}', C: 'x ${secret:?}', D: '${GITHUB_TOKEN}' } },
    });
    const remote = { url: 'http://127.0.0.1:9', headers: { Authorization: 'Bearer YOUR_TOKEN' } };
    expect(toRegistry(remote, env)).toMatchObject({
      server: { headers: { Authorization: 'Bearer ${secret:?}' } },
    });
  });

  test('takes the variables that an entry names as what they mean', () => {
    const names = { GITHUB_TOKEN: 'set', HOME: '/home/me' };
    const codex = {
      url: 'http://127.0.0.1:9',
      http_headers: { authorization: 'none', 'X-Home': 'text', B: 'b' },
      bearer_token_env_var: 'GITHUB_TOKEN',
      env_http_headers: { 'x-home': 'HOME', 'X-Key': 'UNSET' },
    };
    expect(toRegistry(codex, names)).toMatchObject({
      server: {
        headers: {
          B: 'b',
          'x-home': '${HOME}',
          'X-Key': '${secret:?}',
          Authorization: 'Bearer ${GITHUB_TOKEN}',
        },
      },
      notes: [
        'reads HOME from the environment of the gateway',
        'reads GITHUB_TOKEN from the environment of the gateway',
      ],
    });
    const converted = toRegistry(codex, names);
    expect(converted.ok && Object.keys(converted.server['headers'] as object)).toHaveLength(4);
    const goose = { cmd: 'x', envs: { HOME: 'own' }, env_keys: ['GITHUB_TOKEN', 'HOME', 'UNSET'] };
    expect(toRegistry(goose, names)).toMatchObject({
      server: { env: { GITHUB_TOKEN: '${GITHUB_TOKEN}', HOME: 'own', UNSET: '${secret:?}' } },
    });
    const passed = { command: 'x', env_vars: ['HOME', { name: 'GITHUB_TOKEN', source: 'local' }] };
    expect(toRegistry(passed, names)).toMatchObject({
      server: { env: { HOME: '${HOME}', GITHUB_TOKEN: '${GITHUB_TOKEN}' } },
    });
    expect(toRegistry({ url: 'http://127.0.0.1:9', bearer_token_env_var: 'NO NAME' }, names)).toEqual({
      ok: false,
      reason: 'it needs a value for ${NO NAME}',
    });
  });

  test('says where a value is taken as text that looks like a variable', () => {
    const note = (key: string) =>
      `${key} is taken as text, although it looks like a variable: lmcp import --from gemini reads it as one`;
    expect(toRegistry({ command: 'x', env: { A: '$HOME', B: '$5', C: 'a$b' } }, env)).toMatchObject({
      server: { env: { A: '$HOME', B: '$5', C: 'a$b' } },
      notes: [note('A')],
    });
    const remote = { url: 'http://127.0.0.1:9', headers: { Authorization: 'Bearer $HOME' } };
    expect(toRegistry(remote, env)).toMatchObject({ notes: [note('Authorization')] });
  });

  test.each([
    [{ command: 'x', args: ['${input:key}'] }, 'it needs a value for ${input:key}'],
    [
      { command: 'x', args: ['${workspaceFolder}'] },
      '${workspaceFolder} has no meaning here: the configuration belongs to no project',
    ],
    [{ command: 'x', args: ['<YOUR_TOKEN>'] }, 'it needs a value for <YOUR_TOKEN>'],
    [{ command: 'x', args: ['${UNSET}'] }, 'it needs the environment variable UNSET'],
    [{ image: 'mcp/x', volumes: ['{{x.path}}:/data'] }, 'it needs a value for {{x.path}}'],
    [{ args: ['x'] }, 'it has neither a command nor a URL'],
  ])('leaves out %j', (entry, reason) => {
    expect(toRegistry(entry, env)).toEqual({ ok: false, reason });
  });

  test.each([
    [
      { includeTools: ['a'], excludeTools: ['b'] },
      { mode: 'allow_list', allow_tools: ['a'], deny_tools: ['b'] },
    ],
    [{ enabled_tools: ['a'] }, { mode: 'allow_list', allow_tools: ['a'] }],
    [{ disabled_tools: ['b'] }, { mode: 'allow_all', deny_tools: ['b'] }],
    [{ tools: ['*'] }, null],
    [{}, null],
  ])('makes %j the policy %j', (lists, policy) => {
    expect(toRegistry({ command: 'x', ...lists }, env)).toMatchObject({ ok: true, policy });
  });
});

test.each([
  [{ command: 'npx', args: ['-y', '@playwright/mcp@latest'] }, 'a browser'],
  [{ command: 'cmd', args: ['/c', 'npx', 'chrome-devtools-mcp'] }, 'a browser'],
  [{ command: 'uvx', args: ['mcp-run-python==0.1'] }, 'an interpreter'],
  [{ command: 'docker', args: ['run', '-i', '--rm', 'mcp/sequentialthinking:1'] }, 'step-by-step thinking'],
  [{ image: 'mcp/puppeteer' }, 'a browser'],
])('gives %j an instance for each session, as it has without a gateway', (entry, what) => {
  expect(toRegistry(entry, {})).toMatchObject({
    server: { scope: 'session' },
    notes: [expect.stringContaining(`keeps the state of ${what}`)],
  });
});

test('leaves the scope of other servers to the registry', () => {
  const converted = toRegistry({ command: 'npx', args: ['playwright-report', '/x/@playwright/mcp'] }, {});
  expect(converted.ok && converted.server).not.toHaveProperty('scope');
});
