import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lmcpProgram } from '../harness/commandLine.ts';
import { TestGateway } from '../harness/gateway.ts';
import { fixture } from '../harness/servers.ts';

let gateway: TestGateway;
let env: Record<string, string>;

beforeAll(async () => {
  gateway = await TestGateway.prepare({
    clients: { tester: { token: 'token-of-tester-0123456789', allow_servers: ['plain'] } },
    servers: { plain: fixture('plain-server.ts') },
  });
  const bin = join(gateway.folder, 'bin');
  await mkdir(bin);
  await symlink(lmcpProgram, join(bin, 'lmcp'));
  env = {
    HOME: gateway.folder,
    LMCP_REGISTRY: gateway.registryPath,
    PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH']}`,
  };
});
afterAll(() => gateway[Symbol.asyncDispose]());

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env, cwd: gateway.folder });
  expect([program, status, stderr]).toEqual([program, 0, '']);
  return stdout;
}

/** The script as the person saves it. */
async function scriptOf(shell: string): Promise<string> {
  const path = join(gateway.folder, `lmcp.${shell}`);
  await writeFile(path, run('lmcp', 'completion', shell));
  return path;
}

/** What each shell offers for a line, with its own means of completion. */
const offers: Readonly<Record<string, (script: string, words: readonly string[]) => string>> = {
  bash: (script, words) =>
    run(
      'bash',
      '--norc',
      '-c',
      `source ${script}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
      _lmcp; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ),
  zsh: (script, words) =>
    run(
      'zsh',
      '-f',
      '-c',
      `compdef() { : }; _files() { : }; _describe() { print -l \${(P)2} | cut -d: -f1 }; source ${script}
      words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _lmcp`,
    ),
  fish: (script, words) =>
    run('fish', '--no-config', '-c', `source ${script}; complete -C '${words.join(' ')}' | cut -f1`),
};

test.each([
  ['bash', ['lmcp', 'ser'], ['serve', 'service', 'server']],
  ['bash', ['lmcp', 'grant', 'tester', ''], ['plain']],
  ['zsh', ['lmcp', 'ser'], ['serve', 'service', 'server']],
  ['zsh', ['lmcp', 'grant', 'tester', ''], ['plain']],
  ['fish', ['lmcp', 'ser'], ['serve', 'service', 'server']],
  ['fish', ['lmcp', 'grant', 'tester', 'p'], ['plain']],
])('%s completes %j to %j', async (shell, words, expected) => {
  const offered = offers[shell]?.(await scriptOf(shell), words) ?? '';
  expect(offered.trim().split('\n').sort()).toEqual([...expected].sort());
});

test('the manual page is roff without warnings, and has every command', async () => {
  const page = run('lmcp', 'man');
  const path = join(gateway.folder, 'lmcp.1');
  await writeFile(path, page);
  expect(run('groff', '-man', '-ww', '-z', path)).toBe('');
  const text = run('groff', '-man', '-Tascii', '-P-cbou', path).replace(/\s+/g, ' ');
  for (const part of ['lmcp serve [options]', 'lmcp client rotate', 'EXIT STATUS', '--registry <path>'])
    expect(text).toContain(part);
  expect(text).not.toContain('lmcp complete ');
});
