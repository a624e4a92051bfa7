import { describe, expect, it } from 'vitest';
import { resolveSpec } from '../spec.ts';
import { snippetFiles, snippets } from '../testing/snippets.ts';
import { containerClient } from './containerClient.ts';
import { parseRun } from './dockerRun.ts';
import type { EngineFacts } from './runContext.ts';

const engine: EngineFacts = {
  defaultNetwork: 'bridge',
  isHost: (endpoint) => endpoint === 'unix:///var/run/docker.sock',
  isContext: (name) => name === 'default' || name === 'desktop-linux',
  podmanSocket: '/run/podman/podman.sock',
};
function readFile(path: string): string {
  const content = snippetFiles[path];
  if (content === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
  return content;
}
const contextOf = (env: Readonly<Record<string, string>> = {}, facts = engine) => ({
  env: new Map(Object.entries(env)),
  baseDir: '/srv/lmcp',
  readFile,
  engine: facts,
});

describe('documented container entries', () => {
  it.each(snippets)('$name', ({ command, args, env, spec, notes = [] }) => {
    const parsed = parseRun(containerClient(command)!, args, contextOf(env));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const plain = resolveSpec({ image: spec.image }, 'docker-run');
    const writable = (spec.mounts ?? []).filter(({ type, readOnly }) => type === 'bind' && !readOnly);
    const loosened = [
      ...plain.loosened,
      ...writable.map(({ target }) => `may write to the host folder at ${target}`),
    ];
    expect(parsed.spec).toEqual({ ...plain, loosened, ...spec });
    const noted = (parsed.notes ?? []).map(({ at }) => (at[0] === 'command' ? command : args[Number(at[1])]));
    expect(noted.map((word) => notes.some((note) => word === note || word?.startsWith(`${note}=`)))).toEqual(
      notes.map(() => true),
    );
  });

  it('are 40, no two the same', () => {
    expect(new Set(snippets.map(({ command, args }) => JSON.stringify([command, args]))).size).toBe(40);
  });

  it('join the stack’s network where that is the engine’s default one', () => {
    const stack = contextOf({}, { ...engine, defaultNetwork: 'lmcp-servers', podmanSocket: undefined });
    for (const args of [
      ['run', '-i', 'x'],
      ['run', '-i', '--network=bridge', 'x'],
      ['run', '-i', '--net', 'default', 'x'],
    ]) {
      expect(parseRun('docker', args, stack)).toMatchObject({ spec: { network: 'lmcp-servers' } });
    }
    const podman = parseRun('podman', ['run', '-i', 'x'], stack);
    expect(podman).toMatchObject({ spec: { engineSocket: undefined, network: 'lmcp-servers' } });
    expect(podman).toMatchObject({ notes: [{ at: ['command'] }] });
  });
});

describe('what cannot be had', () => {
  const problems = (client: 'docker' | 'podman' | 'nerdctl', ...args: string[]) => {
    const parsed = parseRun(client, args, contextOf());
    return parsed.ok ? [] : parsed.problems.map(({ at, message }) => `${at.join(' ')}: ${message}`);
  };

  it('another engine is rejected by its name', () => {
    expect(problems('docker', '--context', 'cloud', 'run', '-i', 'x')).toEqual([
      'args 0: --context cloud is not the container engine that LMCP uses',
    ]);
    expect(problems('docker', '-c=cloud', 'run', '-i', '-t', 'x')).toEqual([
      'args 0: -c cloud is not the container engine that LMCP uses',
      expect.stringContaining('-t allocates a terminal'),
    ]);
    expect(problems('docker', '-H', 'tcp://u:s3cret@other:2375', 'run', '-i', 'x')).toEqual([
      'args 0: -H is not the container engine that LMCP uses',
    ]);
    expect(problems('nerdctl', '--namespace', 'k8s.io', 'run', '-i', 'x')).toEqual([
      'args 0: --namespace before run is not understood here',
    ]);
    expect(problems('podman', '-c', 'remote', 'run', '-i', 'x')).toEqual([
      'args 0: -c before run is not understood here',
    ]);
  });

  it('a file that is not there, is none of variables, or is outside the gateway’s container', () => {
    expect(problems('docker', 'run', '-i', '--env-file', 'gone.env', 'x')).toEqual([
      'args 2: --env-file names a file that can’t be read (ENOENT)',
    ]);
    const bad = { ...contextOf(), readFile: () => 'A=b\nexport C=s3cret\n' };
    const parsed = parseRun('docker', ['run', '-i', '--env-file=a.env', 'x'], bad);
    expect(parsed).toMatchObject({ problems: [{ message: '--env-file has no variable in line 2' }] });
    expect(JSON.stringify(parsed)).not.toContain('s3cret');
    const inside = { ...contextOf(), readFile: undefined };
    expect(parseRun('docker', ['run', '-i', '--env-file', '.env', 'x'], inside)).toMatchObject({
      problems: [{ fix: expect.stringContaining('under env:') as string }],
    });
  });

  it.each([
    ['--platform', 'windows'],
    ['--hostname', 'a_b!'],
    ['--dns', 'dns.example.net'],
    ['--ulimit', 'memlock=-1'],
    ['--ulimit', 'nofile=9999999'],
    ['--ulimit', 'core=1'],
    ['--stop-timeout', 'soon'],
    ['--pull', 'often'],
  ])('%s %s', (flag, value) => {
    expect(problems('docker', 'run', '-i', flag, value, 'x')).toEqual([
      expect.stringMatching(new RegExp(`^args 2: ${flag} `)),
    ]);
  });
});
