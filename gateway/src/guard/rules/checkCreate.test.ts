import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveSpec } from '../../registry/container/spec.ts';
import { siblingSpec } from '../../registry/container/sibling.ts';
import { createRequest } from '../../upstream/container/docker/createRequest.ts';
import { checkCreate } from './checkCreate.ts';
import { anySpec } from '../../registry/container/testing/specs.ts';
import { testRules } from '../../registry/container/testing/testRules.ts';

const name = 'lmcp-home-fetch-0123456789ab';
const identity = { instance: 'home', server: 'fetch' };
const image = { user: '', volumes: ['/declared'] };
const onTheWire = (body: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
const plain = (): Record<string, unknown> =>
  onTheWire(createRequest(resolveSpec({ image: 'x' }, 'hardened'), image, identity));
const check = (body: unknown): string => {
  const verdict = checkCreate(name, body, testRules);
  return verdict.ok ? 'ok' : verdict.reason;
};
/** The plain body with one more, or another, value in HostConfig. */
const withHost = (host: Record<string, unknown>): unknown => {
  const body = plain();
  return { ...body, HostConfig: { ...(body['HostConfig'] as object), ...host } };
};
const bind = (more: object): unknown =>
  withHost({
    Mounts: [
      {
        Type: 'bind',
        Source: '/srv/files',
        Target: '/f',
        ReadOnly: true,
        BindOptions: { Propagation: 'rprivate' },
        ...more,
      },
    ],
  });

describe('checkCreate', () => {
  it('allows every container that the gateway makes of a registry within the rules', () => {
    fc.assert(
      fc.property(anySpec, fc.constantFrom('', 'root', 'node'), (spec, user) => {
        expect(check(onTheWire(createRequest(spec, { ...image, user }, identity)))).toBe('ok');
      }),
    );
  });

  it('lets the sibling of a command through', () => {
    const npx = {
      id: 'ollama',
      command: 'npx',
      args: ['-y', 'x'],
      env: new Map<string, string>(),
      cwd: undefined,
    };
    const sibling = siblingSpec(npx, { image: 'lmcp:1', instance: 'home', network: 'bridge' });
    if (!sibling.ok) throw new Error('no sibling');
    expect(check(onTheWire(createRequest(sibling.spec, image, identity)))).toBe('ok');
  });

  it.each([
    ['Privileged', true],
    ['PidMode', 'host'],
    ['IpcMode', 'host'],
    ['UTSMode', 'host'],
    ['UsernsMode', 'host'],
    ['CgroupnsMode', 'host'],
    ['CgroupnsMode', ''],
    ['NetworkMode', 'host'],
    ['NetworkMode', 'container:other'],
    ['NetworkMode', 'lmcp_engine'],
    ['Binds', ['/:/host']],
    ['Devices', [{ PathOnHost: '/dev/sda', PathInContainer: '/dev/sda', CgroupPermissions: 'rwm' }]],
    ['DeviceCgroupRules', ['a *:* rwm']],
    ['DeviceRequests', [{ Count: -1 }]],
    ['CapAdd', ['SYS_ADMIN']],
    ['CapAdd', ['ALL']],
    ['CapAdd', ['NET_RAW']],
    ['CapDrop', []],
    ['SecurityOpt', []],
    ['SecurityOpt', ['no-new-privileges:true', 'seccomp=unconfined']],
    ['SecurityOpt', ['apparmor=unconfined', 'no-new-privileges:true']],
    ['Memory', 0],
    ['Memory', -1],
    ['Memory', 64 * 1024 ** 3],
    ['MemorySwap', -1],
    ['CpuQuota', 0],
    ['PidsLimit', 0],
    ['PidsLimit', -1],
    ['PidsLimit', null],
    ['OomKillDisable', true],
    ['OomScoreAdj', -1000],
    ['Runtime', 'other'],
    ['VolumesFrom', ['other']],
    ['VolumeDriver', 'x'],
    ['CgroupParent', '/'],
    ['Sysctls', { 'kernel.shm_rmid_forced': '1' }],
    ['Ulimits', []],
    ['MaskedPaths', []],
    ['ReadonlyPaths', []],
    ['AutoRemove', false],
    ['RestartPolicy', { Name: 'always', MaximumRetryCount: 0 }],
    ['LogConfig', { Type: 'syslog', Config: { 'syslog-address': 'tcp://x' } }],
    ['PublishAllPorts', true],
    ['PortBindings', { '80/tcp': [{ HostPort: '80' }] }],
    ['Tmpfs', { '/proc': 'rw,noexec,size=1m,nosuid,nodev' }],
    ['Tmpfs', { '/x': 'rw,size=1m,exec' }],
    ['Tmpfs', { '/x': 'rw,suid,size=1m' }],
    ['Tmpfs', { '/x': 'rw,mode=4777,noexec,size=1m,nosuid,nodev' }],
    ['Tmpfs', { '/x': 'rw,mode=2755,noexec,size=1m,nosuid,nodev' }],
    ['Tmpfs', { '/sys/x': 'rw,noexec,size=1m,nosuid,nodev' }],
    ['privileged', true],
    ['PRIVILEGED', true],
    ['__proto__x', {}],
  ])('denies HostConfig.%s = %j by its name', (key, value) => {
    expect(check(withHost({ [key]: value }))).toContain(key);
  });

  it.each([
    [{ Source: 'relative' }],
    [{ ReadOnly: 'no' }],
    [{ Target: '/proc/x' }],
    [{ BindOptions: { Propagation: 'rshared' } }],
    [{ BindOptions: { Propagation: 'rprivate', NonRecursive: true } }],
    [{ BindOptions: undefined }],
    [{ VolumeOptions: { DriverConfig: {} } }],
    [{ Type: 'volume', Source: 'somebodys', BindOptions: undefined }],
    [{ Type: 'volume', Source: '/srv/files', BindOptions: undefined }],
    [{ Type: 'npipe' }],
    [{ Type: 'cluster' }],
  ])('denies a mount with %j', (more) => {
    expect(check(onTheWire(bind(more)))).toContain('Mounts');
  });

  it('lets the installation’s own caches be mounted, none of an installation whose name begins like it', () => {
    const volume = (source: string): string =>
      check(withHost({ Mounts: [{ Type: 'volume', Source: source, Target: '/cache', ReadOnly: false }] }));
    expect(volume('lmcp-cache-home.ollama')).toBe('ok');
    for (const other of [
      'lmcp-cache-home-2.ollama',
      'lmcp-cache-home2.ollama',
      'lmcp-cache-home',
      'lmcp-cache-other.x',
    ]) {
      expect(volume(other)).toContain('Mounts');
    }
  });

  it('lets a server onto a network of the egress proxy, and only without names from the engine', () => {
    const onto = (network: string, dns: unknown, rules = testRules): string => {
      const verdict = checkCreate(name, withHost({ NetworkMode: network, Dns: dns }), rules);
      return verdict.ok ? 'ok' : verdict.reason;
    };
    expect(onto('lmcp-egress-home.fetch', ['127.0.0.1'])).toBe('ok');
    for (const dns of [[], ['1.1.1.1'], ['127.0.0.1', '1.1.1.1']]) {
      expect(onto('lmcp-egress-home.fetch', dns)).toContain('Dns must be');
    }
    for (const network of ['lmcp-egress-other.fetch', 'lmcp-egress-home.a.b', 'lmcp-egress-home.']) {
      expect(onto(network, ['127.0.0.1'])).toContain('NetworkMode');
    }
    const without = { ...testRules, egressProxy: undefined };
    expect(onto('lmcp-egress-home.fetch', ['127.0.0.1'], without)).toContain('NetworkMode');
  });

  it('denies a volume whose driver would mount something else', () => {
    const options = { DriverConfig: { Name: 'local', Options: { type: 'none', o: 'bind', device: '/' } } };
    const volume = { Type: 'volume', Source: 'notes', Target: '/n', ReadOnly: false };
    expect(check(withHost({ Mounts: [volume] }))).toBe('ok');
    expect(check(withHost({ Mounts: [{ ...volume, VolumeOptions: options }] }))).toContain('VolumeOptions');
  });

  it('denies labels that say less than its limits', () => {
    for (const label of ['lmcp.memory', 'lmcp.processes']) {
      const request = plain();
      const lying = { ...request, Labels: { ...(request['Labels'] as object), [label]: '1' } };
      expect(check(lying)).toContain('Labels do not say');
    }
  });

  it('holds host name, DNS servers and limits of resources to their forms', () => {
    const limits = (...more: object[]): unknown =>
      withHost({
        Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }, { Name: 'nofile', Soft: 1_024, Hard: 4_096 }, ...more],
      });
    expect(check({ ...plain(), Hostname: 'chat-mcp' })).toBe('ok');
    expect(check({ ...plain(), Hostname: 'a b' })).toContain('Hostname');
    expect(check(withHost({ Dns: ['1.1.1.1'] }))).toBe('ok');
    expect(check(withHost({ Dns: ['resolver'] }))).toContain('Dns');
    expect(check(limits({ Name: 'nproc', Soft: 64, Hard: 64 }))).toBe('ok');
    expect(check(withHost({ Ulimits: [] }))).toContain('must name core once');
    for (const more of [
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'memlock', Soft: -1, Hard: -1 },
      { Name: 'nproc', Soft: 2, Hard: 1 },
      { Name: 'nproc', Soft: 0.5, Hard: 1 },
      { Name: 'nproc', Soft: 1, Hard: 1, More: 1 },
      null,
    ]) {
      expect(check(limits(more as object))).toContain('Ulimits');
    }
  });

  it.each([
    'hostconfig',
    'Volumes',
    'ExposedPorts',
    'NetworkingConfig',
    'Shell',
    'OnBuild',
    'Domainname',
    'MacAddress',
  ])('denies %s beside what is known', (key) => {
    expect(check({ ...plain(), [key]: {} })).toBe(`${key} is not allowed`);
  });

  it.each(['/proc', '/proc/self/fd/8', '/proc/1/root', '/sys/fs', '/dev/fd', '/a/../proc', '//proc/1'])(
    'denies the working folder %s',
    (path) => {
      expect(check({ ...plain(), WorkingDir: path })).toContain('WorkingDir');
      expect(check({ ...plain(), WorkingDir: '/data' })).toBe('ok');
    },
  );

  it('denies a body from which any one key of the confinement is missing', () => {
    const host = plain()['HostConfig'] as Record<string, unknown>;
    const optional = ['ExtraHosts', 'ShmSize', 'Tmpfs'];
    for (const key of Object.keys(host).filter((one) => !optional.includes(one))) {
      expect(check(onTheWire(withHost({ [key]: undefined })))).toContain(`${key} is missing`);
    }
  });

  it('denies another installation’s label, further labels and another name', () => {
    const labels = plain()['Labels'] as Record<string, string>;
    expect(check({ ...plain(), Labels: { ...labels, 'lmcp.instance': 'other' } })).toContain('lmcp.instance');
    expect(check({ ...plain(), Labels: { ...labels, more: 'x' } })).toContain('more is not allowed');
    for (const other of [undefined, 'lmcp-other-x', 'postgres', 'lmcp-home-a/../b', 'lmcp-home-a?x=1']) {
      expect(checkCreate(other, plain(), testRules).ok).toBe(false);
    }
  });

  it('judges anything at all without throwing, and lets nothing through that is not the whole form', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(plain())), (value, key) => {
        expect(check(value)).not.toBe('ok');
        const verdict = check({ ...plain(), [key]: value });
        const free = ['Image', 'Env', 'User', 'Entrypoint', 'Cmd', 'WorkingDir'];
        if (verdict === 'ok' && !free.includes(key)) {
          expect(JSON.stringify(value)).toBe(JSON.stringify(plain()[key]));
        }
      }),
    );
  });
});
