import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loosenedOf } from './container/loosened.ts';
import type { ParseResult, RegistryContext } from './parse.ts';
import { parseRegistry } from './parse.ts';
import type { Registry } from './types.ts';

const context: RegistryContext = {
  env: { EDITOR_TOKEN: 'editor-token-from-env', EMPTY: '', BREAK: 'a\nb' },
  baseDir: '/srv/lmcp',
  readTokenFile: (path) => {
    if (path !== '/srv/lmcp/secrets/a') throw Object.assign(new Error('secret words'), { code: 'ENOENT' });
    return 'token-from-a-file-1\n';
  },
};

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function read(text: string, more: Partial<RegistryContext> = {}): Registry {
  const result = parseRegistry(text, { ...context, ...more });
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.registry;
}

/** Problems as `line:column path: message`. */
function problems(text: string, more: Partial<RegistryContext> = {}): string[] {
  const result: ParseResult = parseRegistry(text, { ...context, ...more });
  return result.ok
    ? []
    : result.problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}; ${p.fix}`);
}

function warnings(text: string, more: Partial<RegistryContext> = {}): string[] {
  return parseRegistry(text, { ...context, ...more }).warnings.map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

const client = (lines: string): string =>
  `clients:\n  a:\n    token: abcdefghijklmnop\n    allow_servers: []\n${lines}`;
const server = (lines: string): string => `servers:\n  s:\n    transport: stdio\n    command: node\n${lines}`;
const web = (url: string): string => `servers:\n  s:\n    transport: http\n    url: "${url}"\n`;

describe('a registry', () => {
  test('gets the documented defaults', () => {
    const { settings, servers } = read(
      `${server('')}  w:\n    transport: http\n    url: "http://localhost:1/mcp"\n`,
    );
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 7345,
      managementScope: 'full',
      auditLog: '/srv/lmcp/logs/audit.log',
      loopbackOnly: true,
      rateLimitRpm: null,
      allowedHosts: [],
      allowedOrigins: [],
      managementTokens: [],
      auditRotateMib: 64,
      listMaxBytes: 16 * 1024 * 1024,
      listRefresh: ['on_call', 'daily'],
      maxBodyBytes: 1024 ** 2,
      maxResultBytes: 32 * 1024 * 1024,
      memoryMib: null,
    });
    expect(servers.get('s')).toMatchObject({
      id: 's',
      enabled: true,
      transport: 'stdio',
      runtime: 'process',
      command: 'node',
      args: [],
      env: new Map(),
      cwd: '/srv/lmcp',
      stdioMode: 'newline',
      scope: 'client',
      scopeChosen: false,
      lists: 'remembered',
      clientRequests: { sampling: 'allow', elicitation: 'allow', roots: 'allow' },
      pinTools: false,
      unlistedTools: 'deny',
      unlistedResources: 'deny',
      idleStopS: 900,
      toolPolicy: { mode: 'allow_all', allowTools: new Set(), denyTools: new Set() },
      timeouts: {
        initializeS: 90,
        toolsListS: 90,
        toolsCallS: 180,
        toolsCallMaxS: 3_600,
        retryOnTimeout: 0,
        retryBackoffS: 1,
      },
    });
    expect(servers.get('w')).toMatchObject({
      timeouts: {
        initializeS: null,
        toolsListS: 60,
        toolsCallS: 300,
        toolsCallMaxS: 3_600,
        retryOnTimeout: 0,
        retryBackoffS: 1,
      },
    });
  });

  test('takes the global limit for clients without one', () => {
    const text = `lmcp:\n  rate_limit_rpm: 7\n${client('  b:\n    token: abcdefghijklmnoq\n    allow_servers: []\n    rate_limit_rpm: 9\n')}`;
    const { clients } = read(text);
    expect([clients.get('a')?.rateLimitRpm, clients.get('b')?.rateLimitRpm]).toEqual([7, 9]);
  });

  test('may have sections without content', () => {
    expect(read('lmcp:\nclients:\nservers:\n').clients.size).toBe(0);
  });

  test('understands aliases', () => {
    const text = `${server('    env: &e {A: b}\n')}  t:\n    transport: stdio\n    command: x\n    env: *e\n`;
    expect(read(text).servers.get('t')).toMatchObject({ env: new Map([['A', 'b']]) });
  });
});

describe('tokens', () => {
  const tokensOf = (lines: string): string[] =>
    (read(`clients:\n  a:\n    allow_servers: []\n${lines}`).clients.get('a')?.tokens ?? []).map((digest) =>
      Buffer.from(digest).toString('hex'),
    );

  test('in clear, from the environment, from a file, as a digest, and two at a time', () => {
    expect(tokensOf('    token: abcdefghijklmnop\n')).toEqual([sha256('abcdefghijklmnop')]);
    expect(tokensOf('    token: ${EDITOR_TOKEN}\n')).toEqual([sha256('editor-token-from-env')]);
    expect(tokensOf('    token_file: secrets/a\n')).toEqual([sha256('token-from-a-file-1')]);
    const digest = sha256('x').toUpperCase();
    expect(tokensOf(`    token_sha256: ${digest}\n    token: abcdefghijklmnop\n`)).toEqual([
      sha256('abcdefghijklmnop'),
      sha256('x'),
    ]);
    expect(tokensOf('    token: [abcdefghijklmnop, abcdefghijklmnoq]\n')).toHaveLength(2);
  });

  test.each([
    '""',
    'replace-me',
    'Your-Token',
    'CHANGEME123',
    '"with space in it"',
    'tökenökenökenöken',
    '[]',
    '${EMPTY}',
    '${NOPE}',
    '5',
  ])('rejects %s', (token) => {
    expect(problems(`clients:\n  a:\n    token: ${token}\n    allow_servers: []\n`)).toHaveLength(1);
  });

  test('rejects three, and none', () => {
    const three =
      '    token: [abcdefghijklmnop, abcdefghijklmnoq]\n    token_file: secrets/a\n    allow_servers: []\n';
    expect(problems(`clients:\n  a:\n${three}`)[0]).toContain('the client has 3 tokens');
    expect(problems('clients:\n  a:\n    allow_servers: []\n')[0]).toContain(
      '2:3 clients.a: the client has no token',
    );
  });

  test('two equal ones are told, in clear or as a digest, of clients or management', () => {
    const text = `lmcp:\n  management_token: abcdefghijklmnop\n${client(`  b:\n    token_sha256: ${sha256('abcdefghijklmnop')}\n    allow_servers: []\n`)}`;
    expect(problems(text).map((line) => line.split(';')[0])).toEqual([
      '5:12 clients.a.token: this token is the same as lmcp.management_token',
      '8:19 clients.b.token_sha256: this token is the same as lmcp.management_token',
    ]);
  });

  test('an unreadable file is told by its code, a short token by a warning', () => {
    const [problem] = problems('clients:\n  a:\n    token_file: b\n    allow_servers: []\n');
    expect(problem).toContain('3:17 clients.a.token_file: the token file cannot be read (ENOENT)');
    expect(problem).not.toContain('secret words');
    expect(warnings('clients:\n  a:\n    token: short\n    allow_servers: []\n')).toHaveLength(1);
  });

  test.each(['fifteen-chars-1', '[sixteen-chars-12, fifteen-chars-1]', '${SHORT}'])(
    'a short management token is rejected: %s',
    (token) => {
      const text = `lmcp:\n  management_token: ${token}\n`;
      expect(problems(text, { env: { SHORT: 'short' } })).toEqual([
        expect.stringContaining('the management token has fewer than 16 characters and could be guessed'),
      ]);
    },
  );

  test('an empty management token disables management, a placeholder is rejected', () => {
    expect(read('lmcp:\n  management_token: ""\n').settings.managementTokens).toEqual([]);
    expect(problems('lmcp:\n  management_token: changeme\n')).toHaveLength(1);
  });
});

test.each(['http', 'sse'])('a server of transport %s is reached over HTTP', (transport) => {
  const { servers } = read(
    web('http://127.0.0.1:9000/sse').replace('transport: http', `transport: ${transport}`),
  );
  expect(servers.get('s')).toMatchObject({ transport, runtime: 'http' });
});

describe('problems', () => {
  test('come all together, in the order of the file, with place and fix', () => {
    const text = `lmcp:
  prot: 1
  port: 70000
clients:
  a:
    token: abcdefghijklmnop
    allow_servers: [tme]
    tool_policy: { tim: { mode: deny_al } }
servers:
  time:
    transport: stdoi
  web:
    transport: http
    command: x
`;
    expect(problems(text)).toEqual([
      '2:3 lmcp.prot: unknown key "prot"; did you mean "port"?',
      '3:9 lmcp.port: the number must be at most 65535; for example: port: 7345',
      '7:21 clients.a.allow_servers[0]: there is no server "tme"; did you mean "time"?',
      '8:20 clients.a.tool_policy.tim: there is no server "tim"; did you mean "time"?',
      '8:33 clients.a.tool_policy.tim.mode: not one of the values that this key can have; did you mean "deny_all"?',
      '11:16 servers.time.transport: not one of the values that this key can have; did you mean "stdio"?',
      '12:3 servers.web.url: this key is missing; add it, for example: url: "http://127.0.0.1:9000/mcp"',
      expect.stringContaining(
        '14:5 servers.web.command: unknown key "command"; remove it, or use one of: transport',
      ),
    ]);
  });

  test.each([
    ['a: "x', 'something is missing'],
    ['a: 1\na: 2', 'this key is there twice'],
    ['lmcp:\n\tport: 1', 'a tab used as indentation'],
    ['--- {}\n--- {}', 'a second YAML document'],
    ['a: !secret b', 'a YAML tag'],
    ['a: *b', 'has no anchor'],
    ['a: &a [*a]', 'contains itself'],
    ['1: {}', 'this key is not text'],
    ['<<: {}', 'merge keys are not part of YAML 1.2'],
    ['', 'the file is empty'],
    ['- a', 'must have the keys'],
    ['clients: []', 'must be a section'],
    ['clients: {a: }', 'must be a section'],
    ['['.repeat(300_000), 'nested too deeply'],
    ['#'.repeat(4 * 1024 * 1024 + 1), 'larger than 4 MiB'],
    [
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]',
      'expand to too much',
    ],
    [Array.from({ length: 2_001 }, (_, i) => `k${i}: 1`).join('\n'), 'more than 2000'],
  ])('text %# is rejected, with its reason', (text, message) => {
    expect(problems(text).join('\n')).toContain(message);
  });

  test('a file of brackets is rejected as a whole, before the parser takes its time', () => {
    expect(problems('['.repeat(10_000))).toEqual([expect.stringMatching(/^1:1 : nested too deeply/)]);
  });

  test.each([
    'a__b',
    'a_',
    '_a',
    '-a',
    'a.b',
    'a b',
    'ａ',
    '__proto__',
    'constructor',
    'a\\nb',
    'a\\0',
    'x'.repeat(65),
    '',
  ])('the id %j is rejected, for clients and servers', (id) => {
    expect(problems(`clients:\n  "${id}": {token: abcdefghijklmnop, allow_servers: []}\n`)).toHaveLength(1);
    expect(problems(`servers:\n  "${id}": {transport: stdio, command: a}\n`)).toHaveLength(1);
  });

  test('a name that the prototype has is a name like any other', () => {
    expect([...read('servers:\n  toString: {transport: stdio, command: a}\n').servers.keys()]).toEqual([
      'toString',
    ]);
    expect(problems('toString: 1\n')[0]).toContain('unknown key "toString"');
    expect(problems('lmcp:\n  valueOf: 1\n')[0]).toContain('unknown key "valueOf"');
  });

  test('a policy for a server that does not exist is rejected, one without effect is warned about', () => {
    expect(problems(client('    tool_policy: {x: {mode: deny_all}}\n'))[0]).toContain(
      'there is no server "x"',
    );
    expect(warnings(client(`    tool_policy: {s: {mode: deny_all}}\n${server('')}`))).toEqual([
      'clients.a.tool_policy.s: this has no effect: the client may not use the server',
    ]);
  });
});

describe('addresses', () => {
  test.each(['127.0.0.1', '::1', 'localhost'])('host %s is on this machine', (host) => {
    expect(read(`lmcp:\n  host: "${host}"\n`).settings.host).toBe(host);
  });

  test.each(['0.0.0.0', '::', '192.168.1.2', '127.0.0.2', 'example.com', ''])(
    'host %j is rejected',
    (host) => {
      expect(problems(`lmcp:\n  host: "${host}"\n`)).not.toEqual([]);
    },
  );

  test('another host is warned about once loopback_only is false', () => {
    expect(warnings('lmcp: {host: 0.0.0.0, loopback_only: false}\n')).toHaveLength(1);
  });

  test.each([
    'http://localhost/mcp',
    'http://127.9.9.9:1',
    'https://[::1]/',
    'http://host.docker.internal:9000/x',
    'http://0x7f.1/',
  ])('url %s is on this machine', (url) => {
    expect(problems(web(url))).toEqual([]);
  });

  test.each([
    'http://example.com/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
    'http://0.0.0.0/',
    'http://[::ffff:10.0.0.1]/',
    'http://127.0.0.1@example.com/',
    'http://user:pw@localhost/',
    'file:///etc/passwd',
    'localhost:9000',
    'http://${HOST}/',
    'http://localhost/${PLACE}',
    'ftp://localhost/',
    '',
  ])('url %j is rejected', (url) => {
    expect(problems(web(url))).not.toEqual([]);
  });

  test('a url elsewhere needs loopback_only: false', () => {
    const { servers } = read(`lmcp: {loopback_only: false}\n${web('https://example.com/mcp')}`);
    expect(servers.get('s')).toMatchObject({ loopbackOnly: false });
  });

  test('a plain http url elsewhere is warned about', () => {
    const open = 'lmcp: {loopback_only: false}\n';
    expect(warnings(`${open}${web('http://10.0.0.1/mcp')}`)).toEqual([
      'servers.s.url: what is sent to this server can be read on the way',
    ]);
    expect(warnings(`${open}${web('https://10.0.0.1/mcp')}`)).toEqual([]);
  });

  test('a remote server may be elsewhere under loopback_only, by https', () => {
    const remote = (url: string, more = ''): string => `${web(url)}    remote: true\n${more}`;
    expect(problems(remote('https://mcp.example.com/mcp'))).toEqual([]);
    expect(problems(web('https://mcp.example.com/mcp'))[0]).toContain('servers.s.remote: true');
    expect(problems(remote('http://mcp.example.com/mcp'))[0]).toContain('requires https');
    expect(problems(remote('https://localhost/mcp'))[0]).toContain('on this machine');
    for (const url of [
      'https://10.0.0.1/',
      'https://[fd12::1]/',
      'https://169.254.169.254/',
      'https://0.0.0.0/',
    ])
      expect(problems(remote(url))[0]).toContain('this address is not public');
    const own = '    allow_private: true\n';
    expect(problems(remote('https://10.0.0.1/', own))).toEqual([]);
    expect(problems(remote('https://169.254.169.254/', own))).toHaveLength(1);
    expect(warnings(`${web('http://localhost/')}${own}`)[0]).toContain('no effect without remote');
  });

  test('files of tls resolve like other paths, and a client certificate has two', () => {
    const { servers } = read(
      `${web('https://mcp.example.com/')}    remote: true\n    tls: {ca_file: ca.pem}\n`,
    );
    expect(servers.get('s')).toMatchObject({
      tls: { caFile: expect.stringMatching(/^\/.*\/ca\.pem$/) as string },
    });
    expect(problems(`${web('https://localhost/')}    tls: {cert_file: c.pem}\n`)[0]).toContain('both files');
    expect(warnings(`${web('http://localhost/')}    tls: {ca_file: c.pem}\n`)[0]).toContain('no effect');
  });

  test('hosts and origins are exact', () => {
    const good =
      'lmcp:\n  allowed_hosts: ["a.example:1", "[::1]:80"]\n  allowed_origins: ["https://a.example", "vscode-webview://x"]\n';
    expect(problems(good)).toEqual([]);
    const named = read('lmcp: {allowed_hosts: ["A.example:1"]}\n');
    expect(named.settings.allowedHosts).toEqual(['a.example:1']);
    const anyPort = 'lmcp:\n  allowed_hosts: ["localhost:*", "127.0.0.1:*", "[::1]:*"]\n';
    expect(problems(anyPort)).toEqual([]);
    const inImage = read('lmcp: {}\n', { insideImage: true }).settings.allowedHosts;
    expect(inImage).toEqual(['localhost:*', '127.0.0.1:*', '[::1]:*']);
    expect(read('lmcp: {allowed_hosts: []}\n', { insideImage: true }).settings.allowedHosts).toEqual([]);
    for (const bad of ['*', 'http://a', 'a/b', 'lmcp.lan:*', '127.0.0.2:*', '0.0.0.0:*', '[::]:*', '*:7345'])
      expect(problems(`lmcp:\n  allowed_hosts: ["${bad}"]\n`)).toHaveLength(1);
    for (const bad of ['*', 'null', 'https://a/', 'https://*.a']) {
      expect(problems(`lmcp:\n  allowed_origins: ["${bad}"]\n`)).toHaveLength(1);
    }
  });
});

describe('servers', () => {
  test('env and headers are filled in from the environment; an unset variable is named', () => {
    const text = server('    env: {A: "x ${EDITOR_TOKEN} y", B: "$${A} $5"}\n');
    expect(read(text).servers.get('s')).toMatchObject({
      env: new Map([
        ['A', 'x editor-token-from-env y'],
        ['B', '${A} $5'],
      ]),
    });
    expect(problems(server('    env: {A: "${NOPE}"}\n'))[0]).toContain(
      'the environment variable NOPE is not set',
    );
    expect(problems(server('    env: {A: "${A:-b}", B: "${"}\n'))).toHaveLength(2);
    expect(problems(`${web('http://localhost')}    headers: {A: "\${BREAK}"}\n`)[0]).toContain('line breaks');
  });

  test('nothing else is filled in from the environment, and what was is not looked at again', () => {
    const env = { ...context.env, NESTED: '${EDITOR_TOKEN}' };
    const text = server(
      '    args: ["${EDITOR_TOKEN}"]\n    cwd: "${EDITOR_TOKEN}"\n    env: {A: "${NESTED}"}\n',
    );
    const named = text.replace('command: node', 'command: "${EDITOR_TOKEN}"');
    expect(read(named, { env }).servers.get('s')).toMatchObject({
      command: '${EDITOR_TOKEN}',
      args: ['${EDITOR_TOKEN}'],
      cwd: '/srv/lmcp/${EDITOR_TOKEN}',
      env: new Map([['A', '${EDITOR_TOKEN}']]),
    });
    expect(problems(server('    env: {A: "${toString}"}\n'))[0]).toContain('toString is not set');
  });

  test('one bad variable hides no other', () => {
    const found = problems(server('    env: {A: 1, B: "${NOPE}", "C D": x}\n'));
    expect(found.map((line) => line.split(': ')[0])).toEqual([
      '5:14 servers.s.env.A',
      '5:20 servers.s.env.B',
      '5:31 servers.s.env."C D"',
    ]);
  });

  test.each(['"X Y": a', 'Host: a', 'content-length: "1"', 'A: "a\\nb"', '"": a', '{A: a, a: b}'])(
    'headers %s are rejected',
    (header) => {
      const headers = header.startsWith('{') ? header : `{${header}}`;
      expect(problems(`${web('http://localhost')}    headers: ${headers}\n`)).toHaveLength(1);
    },
  );

  test.each([
    'timeouts: {tools_call_s: 0}',
    'timeouts: {tools_call_s: .inf}',
    'timeouts: {tools_call_s: .nan}',
    'timeouts: {retry_on_timeout: 1.5}',
    'timeouts: {tool_call_s: 1}',
    'args: [1]',
    'args: x',
    'command: ""',
    'args: ["\\0"]',
    'scope: all',
    'pin_tools: yes',
    'tool_policy: {mode: allow_list, allow_tools: ["a*"]}',
    'tool_policy:',
    'tool_policy: {mod: deny_all}',
    'runtime: container',
    'url: http://localhost',
  ])('%s is rejected', (line) => {
    const text = line.startsWith('command') ? 'servers:\n  s:\n    transport: stdio\n' : server('');
    expect(problems(`${text}    ${line}\n`)).toHaveLength(1);
  });

  test('in the image a process must be asked for', () => {
    expect(problems(server(''), { insideImage: true })).toHaveLength(1);
    expect(problems(server('    runtime: process\n'), { insideImage: true })).toEqual([]);
    expect(warnings(server('    runtime: process\n'), { insideImage: true })).toHaveLength(1);
    const asked = read(server('    runtime: process\n'), { insideImage: true }).servers.get('s');
    expect(asked && loosenedOf(asked)).toHaveLength(1);
    const onHost = read(server('    runtime: process\n')).servers.get('s');
    expect(onHost && loosenedOf(onHost)).toEqual([]);
  });

  test('policies that do not do what they seem to are warned about', () => {
    const policy = (text: string): string[] => warnings(server(`    tool_policy: ${text}\n`));
    expect(policy('{allow_tools: [a]}')).toHaveLength(1);
    expect(policy('{mode: allow_list}')).toHaveLength(1);
    expect(policy('{mode: allow_list, allow_tools: [a, b], deny_tools: [c, a]}')).toEqual([
      'servers.s.tool_policy.deny_tools[1]: this tool is in allow_tools too; it stays denied',
    ]);
    expect(policy('{deny_tools: [a]}')).toEqual([]);
  });
});

test('the example is valid unchanged, with its variables set', () => {
  const text = readFileSync(new URL('../../../config/registry.example.yaml', import.meta.url), 'utf8');
  const names = [
    'LMCP_VSCODE_TOKEN',
    'LMCP_NEWCOMER_TOKEN',
    'LMCP_NEWCOMER_NEXT_TOKEN',
    'GITHUB_TOKEN',
    'COMFYUI_TOKEN',
  ];
  const env = Object.fromEntries(names.map((name) => [name, `value-of-${name}`]));
  const result = parseRegistry(text, { ...context, env, readTokenFile: () => 'a-token-from-its-file' });
  expect(result).toMatchObject({ ok: true, warnings: [] });
  const { servers } = read(text, { env, readTokenFile: () => 'a-token-from-its-file' });
  expect(new Set([...servers.values()].map(({ runtime }) => runtime))).toEqual(
    new Set(['process', 'container', 'http']),
  );
});

describe('whatever the text', () => {
  const words = fc.constantFrom(
    ...[
      'lmcp',
      'clients',
      'servers',
      'token',
      'allow_servers',
      'transport',
      'a',
      '__proto__',
      '${',
      '&a',
      '*a',
      '<<',
      '|',
      '>',
      '!t',
    ],
    ...[
      ':',
      ': ',
      '\n',
      '\n  ',
      '\n    ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '"',
      "'",
      '#',
      '\t',
      '\0',
      '\u2028',
      '\ud800',
      '\r',
      '\ufeff',
      '---\n',
      '1',
      'null',
    ],
  );
  const soup = fc.array(words, { maxLength: 60 }).map((parts) => parts.join(''));

  test('reading never throws, and every problem has a place in the file and a fix', () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.string()), (text) => {
        const result = parseRegistry(text, context);
        const lines = text.split(/\r\n|\n|\r/).length;
        for (const { line, column, message, fix } of result.ok ? [] : result.problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines + 1);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(message && fix).not.toBe('');
        }
        expect(result.ok || result.problems.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('no problem and no warning carries a token', () => {
    const secret = 'hunter2hunter2';
    const places = fc.constantFrom(
      `lmcp:\n  management_token: SECRET\n  x: y\n`,
      `clients:\n  a:\n    token: [SECRET, SECRET]\n`,
      `clients:\n  a:\n    token: "SECRET\n`,
      `clients:\n  a: {token: SECRET, allow_servers: [}\n`,
      `clients:\n  a:\n    token: SECRET SECRET\n    allow_servers: [x]\n`,
      `servers:\n  s: {transport: http, url: "http://u:SECRET@h/", headers: {A: "SECRET\\n"}}\n`,
      `servers:\n  s:\n    transport: stdio\n    command: x\n    env:\n      A: [SECRET]\n`,
      `servers:\n  s:\n    transport: stdio\n    env:\n      A: SECRET: SECRET\n`,
      `servers:\n  s: {transport: SECRET, command: x}\n`,
    );
    fc.assert(
      fc.property(places, (text) => {
        const { warnings: doubts, ...result } = parseRegistry(text.replaceAll('SECRET', secret), context);
        expect(result.ok).toBe(false);
        expect(JSON.stringify([result, doubts])).not.toContain('hunter2');
      }),
    );
  });
});
