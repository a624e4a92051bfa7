import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseImageEntry } from './imageEntry.ts';

const context = { env: new Map([['KEY', 'value']]), baseDir: '/srv/lmcp' };
const parse = (entry: Record<string, unknown>) => parseImageEntry(entry, context);
const spec = (entry: Record<string, unknown>) => {
  const parsed = parse(entry);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
};
const problems = (entry: Record<string, unknown>) => {
  const parsed = parse(entry);
  return parsed.ok ? [] : parsed.problems.map(({ at, message }) => `${at.join('.')}: ${message}`);
};

describe('parseImageEntry', () => {
  it('runs an image with its digest and no other, whatever its tag names', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const pinned = (image: string): string => spec({ image, image_digest: digest }).image;
    expect(pinned('mcp/fetch')).toBe(`mcp/fetch@${digest}`);
    expect(pinned('mcp/fetch:1.0')).toBe(`mcp/fetch@${digest}`);
    expect(pinned('localhost:5000/a/b:1')).toBe(`localhost:5000/a/b@${digest}`);
    expect(pinned('localhost:5000/a/b')).toBe(`localhost:5000/a/b@${digest}`);
    expect(problems({ image: `mcp/fetch@${digest}`, image_digest: digest })).toEqual([
      'image_digest: image holds a digest already',
    ]);
    for (const wrong of ['sha256:ab', 'ab'.repeat(32), `SHA256:${'ab'.repeat(32)}`, 7]) {
      expect(problems({ image: 'x', image_digest: wrong })).toEqual([
        'image_digest: image_digest is not a digest',
      ]);
    }
  });

  it('reads whose signature an image must have, with the file that says it', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
    const files = new Map([
      ['cosign.pub', pem],
      ['private.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
      ['ed.pub', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()],
      ['root.json', JSON.stringify({ mediaType })],
      ['other.json', '{}'],
    ]);
    const readFile = (path: string): string => {
      const content = files.get(path);
      if (content === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' });
      return content;
    };
    const read = (keys: Record<string, unknown>): unknown => {
      const parsed = parseImageEntry({ image: 'x', ...keys }, { ...context, readFile });
      return parsed.ok
        ? parsed.spec.signature
        : parsed.problems.map(({ at, message }) => `${at.join('.')}: ${message}`);
    };
    const signer = { identity: 'https://a.example/b', issuer: 'https://c.example' };
    expect(read({})).toBeUndefined();
    expect(read({ verify: 'cosign', cosign: { key: 'cosign.pub' } })).toEqual({ kind: 'key', key: pem });
    expect(read({ verify: 'cosign', cosign: { trust_root: 'root.json', ...signer } })).toEqual({
      kind: 'identity',
      trustRoot: files.get('root.json'),
      ...signer,
    });
    const whose = ['cosign: verify: cosign does not say whose signature counts'];
    for (const cosign of [
      undefined,
      {},
      { ...signer },
      { trust_root: 'root.json', issuer: 'x' },
      { trust_root: 'root.json', ...signer, key: 'cosign.pub' },
      { trust_root: 'root.json', ...signer, identity: '' },
    ])
      expect(read({ verify: 'cosign', cosign })).toEqual(whose);
    expect(read({ cosign: { key: 'cosign.pub' } })).toEqual([
      'cosign: cosign has no effect without verify: cosign',
    ]);
    expect(read({ verify: 'notation' })).toEqual(['verify: verify names no supported kind of signature']);
    const keyFault = (key: string): unknown => read({ verify: 'cosign', cosign: { key } });
    expect(keyFault('none.pub')).toEqual(['cosign.key: the file cannot be read (ENOENT)']);
    expect(keyFault('private.key')).toEqual(['cosign.key: the file holds a private key']);
    for (const file of ['ed.pub', 'other.json'])
      expect(keyFault(file)).toEqual(['cosign.key: the file holds no public key that signs images']);
    expect(read({ verify: 'cosign', cosign: { trust_root: 'other.json', ...signer } })).toEqual([
      'cosign.trust_root: the file is not a trust root',
    ]);
  });

  it('gives an image alone the full hardening', () => {
    expect(spec({ image: 'mcp/fetch' })).toEqual({
      image: 'mcp/fetch',
      entrypoint: undefined,
      args: [],
      env: context.env,
      workdir: undefined,
      user: undefined,
      rootUser: 'replace',
      mounts: [],
      tmpfs: new Map([['/tmp', 'rw,noexec,size=256m,nosuid,nodev']]),
      network: 'none',
      extraHosts: [],
      memory: 512 * 1024 ** 2,
      cpus: 2,
      cpusNamed: false,
      pidsLimit: 256,
      shmSize: undefined,
      readOnly: true,
      capAdd: [],
      pull: 'missing',
      platform: undefined,
      hostname: undefined,
      dns: [],
      ulimits: [
        { name: 'core', soft: 0, hard: 0 },
        { name: 'nofile', soft: 16_384, hard: 16_384 },
      ],
      engineSocket: undefined,
      loosened: [],
    });
  });

  it('reads every field', () => {
    const full = spec({
      image: 'ghcr.io/x/y:1@sha256:abc',
      entrypoint: '/bin/server',
      args: ['--port', 80],
      workdir: '/srv/',
      user: 1000,
      mounts: [
        { source: './data', target: '/data' },
        { source: 'cache', target: '/cache', read_only: false },
      ],
      tmpfs: ['/run/x:size=1m,exec'],
      network: 'browsing',
      extra_hosts: ['host.docker.internal:host-gateway'],
      memory: '1g',
      cpus: 0.5,
      pids_limit: 64,
      shm_size: '128m',
      read_only: true,
      cap_add: ['CAP_CHOWN'],
      pull: 'never',
    });
    expect(full).toMatchObject({
      entrypoint: ['/bin/server'],
      args: ['--port', '80'],
      workdir: '/srv',
      user: '1000',
      mounts: [
        { type: 'bind', source: '/srv/lmcp/data', target: '/data', readOnly: true },
        { type: 'volume', source: 'cache', target: '/cache', readOnly: false },
      ],
      network: 'browsing',
      memory: 1024 ** 3,
      shmSize: 128 * 1024 ** 2,
      capAdd: ['CHOWN'],
      pull: 'never',
    });
    expect(full.tmpfs.get('/run/x')).toBe('rw,size=1m,exec,nosuid,nodev');
    expect(full.loosened).toEqual([
      'reaches the network browsing',
      'has the capability CHOWN',
      'may run programs from /run/x',
    ]);
  });

  it('says in words what is loosened', () => {
    const loose = spec({
      image: 'x',
      read_only: false,
      user: 'root',
      mounts: [{ source: '/srv/a', target: '/a', read_only: false }],
    });
    expect(loose.loosened).toEqual([
      'its root file system is writable',
      'runs as root inside the container',
      'may write to the host folder at /a',
    ]);
  });

  it('reports every problem together, each at its place', () => {
    expect(
      problems({
        image: 'no spaces here',
        user: 'a b',
        network: 'host',
        memory: '2k',
        cpus: 0,
        pids_limit: -1,
        pull: 'always',
        read_only: 'yes',
        cap_add: ['SYS_ADMIN'],
        args: 'one',
        mounts: [{ source: '/etc', target: 'data', propagation: 'shared' }],
      }).map((line) => line.split(':')[0]),
    ).toEqual([
      'image',
      'args',
      'user',
      'mounts.0.propagation',
      'mounts.0.source',
      'mounts.0.target',
      'network',
      'memory',
      'cpus',
      'pids_limit',
      'read_only',
      'cap_add.0',
      'pull',
    ]);
  });

  it.each([
    '/',
    '/proc',
    '/proc/1/root',
    '/sys',
    '/etc/passwd',
    '/dev/sda',
    '/run/docker.sock',
    '/var/run/docker.sock',
    '/home/me/.docker/run/docker.sock',
    '/home/me/.docker',
    '/var/lib/docker/volumes',
    '/var',
    '/srv/../etc',
    '/srv/x/../../proc',
    '//etc//',
    '../../../etc',
    '../../..',
  ])('mounts no %s', (source) => {
    expect(problems({ image: 'x', mounts: [{ source, target: '/m' }] })).toHaveLength(1);
  });

  it.each(['/proc', '/proc/self/fd/8', '/sys/fs', '/dev/fd', '//proc/1/'])(
    'has neither working folder, memory nor mount at %s, which belongs to the kernel',
    (path) => {
      const tree = `/${path.split('/').find((part) => part !== '')!}`;
      const why = `is in ${tree}, which belongs to the kernel`;
      expect(problems({ image: 'x', workdir: path })).toEqual([`workdir: workdir ${why}`]);
      expect(problems({ image: 'x', tmpfs: [`${path}:size=1m`] })).toEqual([`tmpfs.0: tmpfs ${why}`]);
      const mounts = [{ source: '/srv/data', target: path }];
      expect(problems({ image: 'x', mounts })).toEqual([`mounts.0.target: mounts ${why}`]);
    },
  );

  it.each(['/a/../proc', '/./proc', 'proc', '/'])('has no working folder that is written %s', (path) => {
    expect(problems({ image: 'x', workdir: path })).toEqual([
      'workdir: workdir is not a path inside the container',
    ]);
    expect(spec({ image: 'x', workdir: '/process' }).workdir).toBe('/process');
  });

  it.each(['4777', '2755', '6755', '04755', '7777'])('has no memory with the mode %s', (mode) => {
    expect(problems({ image: 'x', tmpfs: `/data:size=1m,mode=${mode}` })).toEqual([
      'tmpfs: tmpfs has a mode with the set-uid or set-gid bit',
    ]);
    const sticky = spec({ image: 'x', tmpfs: '/data:size=1m,mode=1777' });
    expect(sticky.tmpfs.get('/data')).toContain('mode=1777');
  });

  it('never gives a mount below a forbidden tree, however the path is written', () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '',
      'etc',
      'proc',
      'sys',
      'dev',
      'run',
      'var',
      'srv',
      'lmcp',
      'docker.sock',
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), fc.boolean(), (parts, absolute) => {
        const source = (absolute ? '/' : '../') + parts.join('/');
        const parsed = parse({ image: 'x', mounts: [{ source, target: '/m' }] });
        if (!parsed.ok) return;
        const real = parsed.spec.mounts[0]!.source;
        expect(real).toMatch(/^(\/[^/]+)+$/);
        expect(real).not.toMatch(/^\/(etc|proc|sys|dev|run)(\/|$)/);
        expect(real).not.toMatch(/^\/var(\/run(\/|$)|$)/);
        expect(real).not.toMatch(/docker\.sock$/);
        expect(real.split('/')).not.toContain('..');
      }),
    );
  });

  it('takes any value at all without throwing', () => {
    const keys = fc.constantFrom(
      'image',
      'args',
      'mounts',
      'tmpfs',
      'user',
      'network',
      'memory',
      'entrypoint',
      'cap_add',
      'extra_hosts',
    );
    fc.assert(
      fc.property(fc.dictionary(keys, fc.anything()), (entry) => typeof parse(entry).ok === 'boolean'),
    );
  });
});
