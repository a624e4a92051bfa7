import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { applyPatch } from '../edit/patch.ts';
import { redactYaml } from './redactYaml.ts';

const secret = 'S3cretS3cretS3cret';

const whole = `# the registry
lmcp:
  port: 7345 # the port
  management_token: "${secret}0"
clients:
  codex: # an agent
    token: [ "${secret}1", '${secret}2' ]
    allow_servers: [time]
  vscode: {token_sha256: ${secret}3, allow_servers: []}
servers:
  time:
    transport: stdio
    command: node
    args: [--verbose]
    env:
      KEY: |
        ${secret}4
        more ${secret}5
      EMPTY: ""
      OTHER: *x
  web:
    transport: http
    url: http://127.0.0.1:9000/mcp
    headers: {Authorization: "Bearer ${secret}6"}
`.replace('*x', 'plain-value');

describe('redactYaml', () => {
  test('takes every secret out and leaves layout and comments', () => {
    expect(redactYaml(whole).text).toBe(`# the registry
lmcp:
  port: 7345 # the port
  management_token: <redacted>
clients:
  codex: # an agent
    token: [ <redacted>, <redacted> ]
    allow_servers: [time]
  vscode: {token_sha256: <redacted>, allow_servers: []}
servers:
  time:
    transport: stdio
    command: node
    args: [--verbose]
    env:
      KEY: <redacted>
      EMPTY: ""
      OTHER: <redacted>
  web:
    transport: http
    url: http://127.0.0.1:9000/mcp
    headers: {Authorization: <redacted>}
`);
  });

  test('says which secret changed, and of a new one only that it is there', () => {
    const patched = applyPatch(whole, {
      clients: { codex: { token: 'another-token-of-codex' } },
      servers: { web: { headers: { Authorization: 'Bearer other', 'X-New': 'value' } } },
    });
    const after = patched.ok ? patched.text : '';
    const shown = redactYaml(after, redactYaml(whole).secrets).text;
    expect(shown).toContain('headers: { Authorization: <redacted, changed>, X-New: <redacted> }');
    expect(shown).toContain('    token: <redacted>\n');
    expect(shown).toContain('  vscode: {token_sha256: <redacted>,');
    expect(shown.match(/changed/g)).toHaveLength(1);
  });

  test('an alias leads to the secret that is written elsewhere', () => {
    const text = `servers:\n  a: {env: &e {K: ${secret}}}\n  b: {cwd: &c ${secret}X, env: {K: *c}, headers: *e}\n`;
    expect(redactYaml(text).text).toBe(
      'servers:\n  a: {env: &e {K: <redacted>}}\n  b: {cwd: &c <redacted>, env: {K: *c}, headers: *e}\n',
    );
  });

  test('what the registry does not know may be a secret', () => {
    const text = `lmcp: ${secret}\nclients: {a: {tokn: ${secret}}, b: ${secret}}\nextra: [${secret}]\nservers: {s: [${secret}]}\n`;
    expect(redactYaml(text).text).not.toContain(secret);
  });

  test('secrets do not survive in comments', () => {
    const text = `lmcp:\n  # management_token: "old-token-1"\n  port: 1 # was token=old-token-2\nclients:\n  a:\n    token: ${secret} # ${secret} since May\n    allow_servers: [] # API_KEY: old-key\n`;
    expect(redactYaml(text).text).toBe(
      'lmcp:\n  # management_token: <redacted>\n  port: 1 # was token=<redacted>\nclients:\n  a:\n    token: <redacted> # <redacted> since May\n    allow_servers: [] # API_KEY: <redacted>\n',
    );
  });

  test('what looks like a comment inside a value is none', () => {
    const text = 'servers:\n  a:\n    args: ["# token: x", "#token: y"]\n    cwd: a#token:b\n';
    expect(redactYaml(text).text).toBe(text);
  });

  test('the values that docker run -e writes out are secrets, in every spelling', () => {
    const text = (a: string, b: string) =>
      `servers:\n  a:\n    command: docker\n    args: [run, -i, -e, ${a}, "${b}", -e, NAME, image]\n`;
    expect(redactYaml(text(`TOKEN=${secret}`, `--env=KEY=${secret}`)).text).toBe(
      text('<redacted>', '--env=KEY=x').replace('"--env=KEY=x"', '<redacted>'),
    );
    const plain = text('A=b', '-eC=d').replace('docker', 'node');
    expect(redactYaml(plain).text).toBe(plain);
  });

  test('Windows line ends and a document mark change nothing', () => {
    const text =
      '---\r\nlmcp:\r\n  port: 1 # a\r\n  management_token: abcdefghij # was abcdefghij\r\n# token: x\r\n...\r\n';
    expect(redactYaml(text).text).toBe(
      '---\r\nlmcp:\r\n  port: 1 # a\r\n  management_token: <redacted> # was <redacted>\r\n# token: <redacted>\r\n...\r\n',
    );
  });

  test('a text that is not YAML is left out', () => {
    expect(redactYaml(`clients: [${secret}`).text).toBe('');
  });

  test('no secret is left in any layout, and what is shown is whole', () => {
    const value = fc
      .stringMatching(/^[ -~\n]{0,24}$/)
      .map((text) => `Zq8${text}Zq8`)
      .filter((text) => text.trim() === text);
    fc.assert(
      fc.property(value, value, value, (token, variable, header) => {
        const patched = applyPatch(whole, {
          clients: { codex: { token }, late: { token: [token, variable], allow_servers: [] } },
          servers: {
            time: { env: { KEY: variable, NEW: header } },
            web: { headers: { Authorization: header } },
          },
        });
        if (!patched.ok) throw new Error('not a patch');
        const { text } = redactYaml(patched.text);
        expect(text).not.toContain('Zq8');
        expect(text).not.toContain(secret);
        const shown = parse(text) as { clients: { late: unknown } };
        expect(shown.clients.late).toEqual({ token: ['<redacted>', '<redacted>'], allow_servers: [] });
      }),
    );
  });
});
