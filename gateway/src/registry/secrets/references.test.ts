import { describe, expect, test } from 'vitest';
import { parseRegistry } from '../parse.ts';
import type { SecretSource } from '../types.ts';
import { markOf } from './marks.ts';

const source: SecretSource = { kind: 'value', value: 'v' };
const secret = (name: string): SecretSource =>
  name === 'KEY' ? source : { kind: 'missing', why: 'it is not defined', fix: 'set it' };

function read(server: object) {
  const text = JSON.stringify({ servers: { it: server } });
  return parseRegistry(text, { env: { E: 'e' }, baseDir: '/srv', readTokenFile: () => '', secret });
}
function serverOf(server: object) {
  const result = read(server);
  if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join());
  return { server: result.registry.servers.get('it'), warnings: result.warnings };
}
const stdio = { transport: 'stdio', command: 'x' };

describe('references to secrets', () => {
  test('are in env, args, headers and urls, with their sources', () => {
    const args = ['--key=${secret:KEY}', '$${secret:KEY}', '${OTHER}'];
    expect(serverOf({ ...stdio, args, env: { A: '${E} ${secret:KEY}' } }).server).toMatchObject({
      args: [`--key=${markOf('KEY')}`, '${secret:KEY}', '${OTHER}'],
      env: new Map([['A', `e ${markOf('KEY')}`]]),
      secrets: new Map([['KEY', source]]),
    });
    const http = {
      transport: 'http',
      url: 'http://127.0.0.1/${secret:KEY}',
      headers: { A: 'Bearer ${secret:KEY}' },
    };
    expect(serverOf(http).server).toMatchObject({
      headers: new Map([['A', `Bearer ${markOf('KEY')}`]]),
      secrets: new Map([['KEY', source]]),
    });
    const run = {
      ...stdio,
      command: 'docker',
      args: ['run', '-i', '-e', 'A=${secret:KEY}', 'image', '${secret:KEY}'],
    };
    expect(serverOf(run).server).toMatchObject({
      spec: { env: new Map([['A', markOf('KEY')]]), args: [markOf('KEY')] },
      secrets: new Map([['KEY', source]]),
    });
    const image = { transport: 'stdio', image: 'i', args: ['${secret:KEY}'], env: { A: '${secret:KEY}' } };
    expect(serverOf(image).server).toMatchObject({ spec: { args: [markOf('KEY')] }, secrets: { size: 1 } });
  });

  test('to a missing secret are warned of, and leave the registry valid', () => {
    const { server, warnings } = serverOf({ ...stdio, env: { A: '${secret:NONE}' } });
    expect(server?.secrets?.get('NONE')).toMatchObject({ kind: 'missing' });
    expect(warnings).toMatchObject([
      { path: 'servers.it', message: 'the secret "NONE" is missing: it is not defined', fix: 'set it' },
    ]);
  });

  test('leave a server without any as it was', () =>
    expect(serverOf(stdio).server).not.toHaveProperty('secrets'));

  test.each([
    [{ ...stdio, env: { A: '${secret:not a name}' } }, 'servers.it.env.A'],
    [{ ...stdio, args: ['${secret:}'] }, 'servers.it.args[0]'],
    [{ ...stdio, env: { A: '${secret:lmcp-client-vscode}' } }, 'servers.it.env.A'],
    [{ transport: 'http', url: 'http://${secret:KEY}/mcp' }, 'servers.it.url'],
    [{ transport: 'http', url: '${secret:KEY}' }, 'servers.it.url'],
    [
      { ...stdio, command: 'docker', args: ['run', '-i', '-v', '/${secret:KEY}:/x', 'image'] },
      'servers.it.args',
    ],
    [{ ...stdio, command: 'docker', args: ['run', '-i', '${secret:KEY}'] }, 'servers.it.args[2]'],
  ])('that cannot be are problems: %j', (server, path) => {
    const result = read(server);
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toEqual([path]);
  });
});
