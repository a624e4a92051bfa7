import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anySpec } from '../../../registry/container/testing/specs.ts';
import { resolveSpec } from '../../../registry/container/spec.ts';
import { createRequest } from './createRequest.ts';
import { ownUser } from '../ownUser.ts';

const identity = { instance: 'home', server: 'fetch' };
const noFacts = { user: '', volumes: [] };

it('confines every container, whatever its spec and its image say', () => {
  const facts = fc.record({ user: fc.string(), volumes: fc.array(fc.string().map((path) => `/${path}`)) });
  fc.assert(
    fc.property(anySpec, facts, (spec, image) => {
      const { HostConfig: host, ...request } = createRequest(spec, image, identity);
      expect(host).toMatchObject({
        Privileged: false,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        IpcMode: 'private',
        PidMode: '',
        UsernsMode: '',
        AutoRemove: true,
        Init: true,
        NetworkMode: spec.network,
        ReadonlyRootfs: spec.readOnly,
      });
      expect(host.Memory).toBeGreaterThan(0);
      expect(host.MemorySwap).toBe(host.Memory);
      expect(host.PidsLimit).toBeGreaterThan(0);
      expect(host.CpuQuota).toBeGreaterThanOrEqual(1_000);
      expect(
        host.Mounts.filter(({ Type: type }) => type !== 'tmpfs').map(
          ({ Type: type, Source: source, ReadOnly: readOnly }) => ({ type, source, readOnly }),
        ),
      ).toEqual(spec.mounts.map(({ type, source, readOnly }) => ({ type, source, readOnly })));
      expect(request).toMatchObject({ Tty: false, OpenStdin: true, StdinOnce: true });
      expect(request.Labels).toMatchObject({ 'lmcp.instance': 'home', 'lmcp.server': 'fetch' });
    }),
  );
});

it('makes an image’s root a user of the server’s own, unless the entry or Docker’s own form asks for it', () => {
  const own = ownUser(identity, false);
  const user = (
    spec: Parameters<typeof resolveSpec>[0],
    form: 'hardened' | 'docker-run',
    imageUser: string,
    isRootless = false,
  ) =>
    createRequest(resolveSpec(spec, form), { user: imageUser, volumes: [] }, identity, {
      rootless: isRootless,
    }).User;
  expect(user({ image: 'x' }, 'hardened', '')).toBe(own);
  expect(user({ image: 'x' }, 'hardened', '0:0')).toBe(own);
  expect(user({ image: 'x' }, 'hardened', 'root')).toBe(own);
  expect(user({ image: 'x' }, 'hardened', '', true)).toBe(ownUser(identity, true));
  const mount = { type: 'bind', source: '/srv/w', target: '/w' } as const;
  expect(user({ image: 'x', mounts: [{ ...mount, readOnly: true }] }, 'hardened', '')).toBe(own);
  expect(user({ image: 'x', mounts: [{ ...mount, readOnly: false }] }, 'hardened', '')).toBe('65534:65534');
  expect(user({ image: 'x', ownUser: true }, 'hardened', 'node')).toBe(own);
  expect(user({ image: 'x' }, 'hardened', 'node')).toBeUndefined();
  expect(user({ image: 'x', user: 'root' }, 'hardened', 'node')).toBe('root');
  expect(user({ image: 'x' }, 'docker-run', '')).toBeUndefined();
});

it('leaves an engine no place to add that could be written to', () => {
  const tmpfs = (draft: object, addsWritable: boolean): object =>
    createRequest(
      resolveSpec({ image: 'x', ...draft }, 'hardened'),
      { user: '', volumes: [] },
      { instance: 'home', server: 's' },
      { addsWritable },
    ).HostConfig.Tmpfs;
  const closed = 'ro,size=64k,noexec,nosuid,nodev';
  expect(Object.keys(tmpfs({}, false))).toEqual(['/tmp']);
  expect(tmpfs({}, true)).toMatchObject({ '/run': closed, '/var/tmp': closed });
  const own = new Map([['/run', 'rw']]);
  expect(tmpfs({ tmpfs: own }, true)).toMatchObject({ '/run': 'rw', '/var/tmp': closed });
  const mounts = [{ type: 'volume', source: 'v', target: '/run', readOnly: false }];
  expect(tmpfs({ mounts }, true)).not.toHaveProperty('/run');
  expect(tmpfs({ readOnly: false }, true)).toEqual({});
});

it('turns volumes that the image declares into memory, where nothing else is there', () => {
  const facts = { user: '', volumes: ['/declared', '/taken'] };
  const mounts = [{ type: 'volume', source: 'v', target: '/taken', readOnly: false }] as const;
  const request = createRequest(resolveSpec({ image: 'x', mounts }, 'hardened'), facts, identity);
  expect(request.HostConfig.Mounts.map(({ Type: type, Target: target }) => [type, target])).toEqual([
    ['volume', '/taken'],
    ['tmpfs', '/declared'],
  ]);
  const asDocker = createRequest(resolveSpec({ image: 'x', mounts }, 'docker-run'), facts, identity);
  expect(asDocker.HostConfig.Mounts).toEqual(request.HostConfig.Mounts);
});

it('labels the same definition alike and another one differently, and a variable’s value is no part of it', () => {
  const label = (image: string, value: string): string | undefined =>
    createRequest(resolveSpec({ image, env: new Map([['TOKEN', value]]) }, 'hardened'), noFacts, identity)
      .Labels['lmcp.spec'];
  expect(label('x', 'one')).toBe(label('x', 'two'));
  expect(label('x', 'one')).not.toBe(label('y', 'one'));
});

it('gives a container no more CPUs than the machine has', () => {
  const quota = (cpus: number, machineCpus: number): number =>
    createRequest(resolveSpec({ image: 'x', cpus }, 'hardened'), noFacts, identity, { machineCpus })
      .HostConfig.CpuQuota;
  expect([quota(64, 2), quota(2, 1), quota(0.5, 2)]).toEqual([200_000, 100_000, 50_000]);
});

it('hands arguments on as they are, one by one', () => {
  const args = ['--flag=a b', '; rm -rf /', '$(x)'];
  const request = createRequest(resolveSpec({ image: 'x', args }, 'hardened'), noFacts, identity);
  expect(request.Cmd).toEqual(args);
});

it('labels are the same whatever the secrets of the server are', () => {
  const label = (value: string) => {
    const spec = resolveSpec(
      { image: 'mcp/fetch', args: [value], env: new Map([['KEY', value]]) },
      'hardened',
    );
    const request = createRequest({ ...spec, shownArgs: ['a reference'] }, noFacts, identity);
    expect([request.Cmd, request.Env.at(-1)]).toEqual([[value], `KEY=${value}`]);
    return request.Labels;
  };
  expect(label('one-secret')).toEqual(label('another'));
});
