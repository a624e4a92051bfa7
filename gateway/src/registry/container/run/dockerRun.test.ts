import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerClient } from './containerClient.ts';
import { parseRun } from './dockerRun.ts';

const context = { env: new Map([['GITHUB_TOKEN', 's3cret']]), baseDir: '/srv/lmcp' };
const parse = (...args: string[]) => parseRun('docker', args, context);
const spec = (...args: string[]) => {
  const parsed = parse(...args);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
};
const problems = (...args: string[]) => {
  const parsed = parse(...args);
  return parsed.ok ? [] : parsed.problems;
};

describe('parseRun', () => {
  it('reads what the GitHub server’s page tells people to write', () => {
    const github = spec('run', '-i', '--rm', '-e', 'GITHUB_TOKEN', 'ghcr.io/github/github-mcp-server');
    expect(github).toMatchObject({
      image: 'ghcr.io/github/github-mcp-server',
      args: [],
      network: 'bridge',
      readOnly: false,
      rootUser: 'keep',
      capAdd: [],
      pidsLimit: 256,
    });
    expect(github.env).toEqual(new Map([['GITHUB_TOKEN', 's3cret']]));
    expect(github.loosened).toEqual([
      'reaches the network bridge',
      'its root file system is writable',
      'runs as root where its image does',
    ]);
  });

  it('reads what the filesystem server’s page tells people to write', () => {
    const files = spec(
      'run',
      '-i',
      '--rm',
      '--mount',
      'type=bind,src=/Users/me/Desktop,dst=/projects/Desktop',
      '--mount',
      'type=bind,src=/Users/me/other,dst=/projects/other,ro',
      'mcp/filesystem',
      '/projects',
    );
    expect(files.args).toEqual(['/projects']);
    expect(files.mounts).toEqual([
      { type: 'bind', source: '/Users/me/Desktop', target: '/projects/Desktop', readOnly: false },
      { type: 'bind', source: '/Users/me/other', target: '/projects/other', readOnly: true },
    ]);
  });

  it('understands every spelling of a flag', () => {
    for (const env of [['-e', 'A=b'], ['-eA=b'], ['--env=A=b'], ['--env', 'A=b'], ['-e=A=b']]) {
      expect(spec('run', '-i', ...env, 'x').env.get('A')).toBe('b');
    }
    expect(spec('run', '-iq', '--rm=true', '--network=none', '--read-only', 'x')).toMatchObject({
      network: 'none',
      readOnly: true,
    });
    expect(spec('container', 'run', '-ie', 'A=', '--', 'x', '-t').args).toEqual(['-t']);
    expect(spec('run', '-i', '-v', './d:/d:ro,z', '-m1g', '--cpus=1.5', '-u', '0:0', 'x')).toMatchObject({
      mounts: [{ source: '/srv/lmcp/d', readOnly: true }],
      memory: 1024 ** 3,
      cpus: 1.5,
      user: '0:0',
    });
  });

  it('hands everything after the image on untouched', () => {
    expect(spec('run', '-i', 'x', '--privileged', '-e', 'B').args).toEqual(['--privileged', '-e', 'B']);
  });

  it.each([
    ['--privileged'],
    ['--pid', 'host'],
    ['--pid=host'],
    ['--ipc=host'],
    ['--network=host'],
    ['--net', 'container:other'],
    ['--device', '/dev/kvm'],
    ['--cap-add=SYS_ADMIN'],
    ['--cap-add', 'ALL'],
    ['--security-opt', 'seccomp=unconfined'],
    ['--security-opt=apparmor=unconfined'],
    ['-v', '/:/host'],
    ['-v', '/var/run/docker.sock:/var/run/docker.sock'],
    ['--mount', 'type=bind,src=/etc,dst=/x'],
    ['--mount', 'type=bind,src=/srv,dst=/x,bind-propagation=shared'],
    ['--mount', 'type=volume,src=v,dst=/x,volume-opt=device=/'],
    ['--volumes-from', 'other'],
    ['--userns=host'],
    ['--rm=false'],
    ['--init=false'],
    ['-t'],
    ['-it'],
    ['-d'],
    ['-p', '80:80'],
    ['--env-file', 'x.env'],
    ['--restart', 'always'],
    ['--pids-limit', '-1'],
    ['--memory', '0'],
    ['-e', 'NOT_SET'],
  ])('rejects %s %s by name and nothing besides', (...flag) => {
    const found = problems('run', '-i', ...flag, 'image');
    expect(found).toHaveLength(1);
    const named = flag[0].startsWith('--') ? flag[0].split('=')[0]! : `-${flag[0].at(-1) ?? ''}`;
    expect(found[0]!.message).toContain(named);
    expect(found[0]!.at).toEqual(['args', 2]);
  });

  it.each<[string[], string]>([
    [['-w', '/proc/self/fd/8'], '-w is in /proc, which belongs to the kernel'],
    [['--workdir=/dev/fd'], '--workdir is in /dev, which belongs to the kernel'],
    [['--tmpfs', '/sys/x'], '--tmpfs is in /sys, which belongs to the kernel'],
    [['--tmpfs', '/x:mode=4755'], '--tmpfs has a mode with the set-uid or set-gid bit'],
    [['--mount', 'type=tmpfs,dst=/proc/x'], '--mount is in /proc, which belongs to the kernel'],
    [['-v', '/srv/a:/proc/x'], '-v has a target that is in /proc, which belongs to the kernel'],
  ])('rejects %j with its cause', (flag, message) => {
    expect(problems('run', '-i', ...flag, 'image').map((problem) => problem.message)).toEqual([message]);
  });

  it('names a flag it has never heard of', () => {
    expect(problems('run', '-i', '--oom-score-adj=3', 'x')[0]!.message).toBe(
      '--oom-score-adj is not understood here',
    );
    expect(problems('run', '-i', '--__proto__=3', 'x')[0]!.message).toBe(
      '--__proto__ is not understood here',
    );
  });

  it('asks for run, for -i and for an image', () => {
    expect(problems('ps')[0]!.fix).toContain('"run"');
    expect(problems('run', '--rm', 'x').map((problem) => problem.fix)).toEqual(['add "-i" after "run"']);
    expect(problems('run', '-i')[0]!.message).toContain('image is missing');
    expect(problems('run', '-i', '-e')[0]!.message).toBe('-e has no value');
  });

  it('never shows the value of a variable', () => {
    const text = JSON.stringify(
      problems('run', '-e', 'TOKEN=hunter2', '--bogus', '-v', 'hunter2:hunter2:hunter2', 'x'),
    );
    expect(text).not.toContain('hunter2');
  });

  it('reads any list of words without throwing, and never to a container without its limits', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '-i',
        '--rm',
        '-e',
        'A=b',
        '-v',
        '/a:/b',
        '--mount',
        '--',
        '-',
        '--=',
        'x',
        '-ie',
        '--cpus',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 10 }), (words) => {
        const parsed = parse('run', ...words);
        if (!parsed.ok) return;
        expect(parsed.spec.pidsLimit).toBeGreaterThan(0);
        expect(parsed.spec.memory).toBeGreaterThan(0);
        expect(parsed.spec.network).not.toBe('host');
      }),
    );
  });
});

describe('containerClient', () => {
  it('knows clients of container engines by their name alone', () => {
    const docker = ['docker', '/usr/bin/docker', 'C:\\Docker\\docker.exe'];
    expect(docker.map(containerClient)).toEqual(['docker', 'docker', 'docker']);
    expect(['podman', '/usr/bin/nerdctl'].map(containerClient)).toEqual(['podman', 'nerdctl']);
    const others = ['docker-compose', 'mydocker', 'podman-compose', 'npx'];
    expect(others.map(containerClient)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
