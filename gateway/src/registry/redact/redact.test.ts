import { expect, test } from 'vitest';
import { redactRegistry } from './redact.ts';

const text = `
lmcp:
  port: 7345
  management_token_sha256: SECRET
clients:
  a: {token: SECRET, allow_servers: [s], rate_limit_rpm: 5, tool_policy: {s: {mode: deny_all}}}
  b: {token: [SECRET, your-token], allow_servers: []}
  c: {token: "", allow_servers: []}
  d: {token_file: SECRET, tokn: SECRET, allow_servers: []}
servers:
  s: {transport: stdio, command: x, args: [y], env: {A: SECRET, B: "", C: 1}}
  d: {transport: stdio, command: docker, args: [run, -i, -e, TOKEN=SECRET, --env=KEY=SECRET, image]}
  w: {transport: http, url: "http://localhost", headers: {Authorization: SECRET}}
`;

test('tokens become their status, values of env and headers set or empty, the rest stays', () => {
  expect(redactRegistry(text)).toEqual({
    lmcp: { port: 7345, management_token_status: 'set' },
    clients: {
      a: {
        token_status: 'set',
        allow_servers: ['s'],
        rate_limit_rpm: 5,
        tool_policy: { s: { mode: 'deny_all' } },
      },
      b: { token_status: 'placeholder', allow_servers: [] },
      c: { token_status: 'empty', allow_servers: [] },
      d: { token_status: 'set', allow_servers: [] },
    },
    servers: {
      s: { transport: 'stdio', command: 'x', args: ['y'], env: { A: 'set', B: 'empty', C: 'set' } },
      d: {
        transport: 'stdio',
        command: 'docker',
        args: ['run', '-i', '-e', 'TOKEN=<redacted>', '--env=KEY=<redacted>', 'image'],
      },
      w: { transport: 'http', url: 'http://localhost', headers: { Authorization: 'set' } },
    },
  });
  expect(JSON.stringify(redactRegistry(text))).not.toContain('SECRET');
});

test('a file with empty sections has nothing to show', () => {
  expect(redactRegistry('lmcp:\nclients:\n')).toEqual({
    lmcp: { management_token_status: 'empty' },
    clients: {},
    servers: {},
  });
});
