import { describe, expect, it } from 'vitest';
import { bindRefusal, volumeRefusal, withRealSources } from './mountSources.ts';
import { rootProblems } from './rules.ts';
import { testRules } from '../testing/testRules.ts';

const refusal = (source: string, readOnly = true): string | undefined =>
  bindRefusal({ source, readOnly }, testRules);

it('lets a read-only root be read, and everything below it', () => {
  expect(refusal('/srv/files/a')).toBeUndefined();
  expect(refusal('/srv/files/a/b')).toBeUndefined();
  expect(refusal('/srv/files/a', false)).toContain('read only');
});

it('lets a writable root itself be mounted, and nothing below it, where a container could have put a link', () => {
  expect(refusal('/srv/work', false)).toBeUndefined();
  expect(refusal('/srv/work', true)).toBeUndefined();
  expect(refusal('/srv/work/a', true)).toContain('nothing below');
});

it.each([
  '/',
  '/etc',
  '/proc/1',
  '/sys',
  '/var/run/docker.sock',
  '/srv',
  '/srv/files2',
  '/home',
  '/srv/lmcp/config',
])('refuses %s', (source) => {
  expect(refusal(source)).toBeTypeOf('string');
});

it('refuses what no root names even where a root is the whole of a forbidden tree', () => {
  const rules = { ...testRules, readOnlyRoots: ['/etc'], writableRoots: ['/proc'] };
  expect(bindRefusal({ source: '/etc/ssl', readOnly: true }, rules)).toContain('/etc');
  expect(bindRefusal({ source: '/proc', readOnly: true }, rules)).toContain('/proc');
});

it('refuses the gateway’s own folders under a root, and what is around them', () => {
  for (const source of ['/srv/files/config', '/srv/files/config/x', '/srv/files']) {
    expect(refusal(source)).toContain('configuration or audit log');
  }
});

it('judges the real path and hands it on', async () => {
  const body = (Source: string): Record<string, unknown> => ({
    HostConfig: { Mounts: [{ Type: 'bind', Source, Target: '/f', ReadOnly: true }] },
  });
  const links = new Map([
    ['/srv/files/good', '/srv/files/real'],
    ['/srv/files/bad', '/etc'],
  ]);
  const realpath = (path: string): Promise<string> =>
    links.has(path) ? Promise.resolve(links.get(path)!) : Promise.reject(new Error('ENOENT'));
  expect(await withRealSources(body('/srv/files/good'), testRules, realpath)).toMatchObject({
    ok: true,
    body: { HostConfig: { Mounts: [{ Source: '/srv/files/real' }] } },
  });
  expect(await withRealSources(body('/srv/files/bad'), testRules, realpath)).toMatchObject({ ok: false });
  expect(await withRealSources(body('/srv/files/gone'), testRules, realpath)).toMatchObject({ ok: false });
});

it('accepts no roots that lie in each other where one of them is writable', () => {
  expect(rootProblems({ readOnlyRoots: ['/a', '/a/b'], writableRoots: ['/c'] })).toEqual([]);
  expect(rootProblems({ readOnlyRoots: ['/a'], writableRoots: ['/a/b'] })).toHaveLength(1);
  expect(rootProblems({ readOnlyRoots: ['/a/b'], writableRoots: ['/a'] })).toHaveLength(1);
  expect(rootProblems({ readOnlyRoots: [], writableRoots: ['/a', '/a/b'] })).toHaveLength(2);
  expect(rootProblems({ readOnlyRoots: ['relative', '/'], writableRoots: [] })).toHaveLength(2);
});

describe('volumeRefusal', () => {
  it.each([
    [{ type: 'none', o: 'bind', device: '/etc' }],
    [{ o: 'ro,bind', device: 'etc' }],
    [{ o: 'rbind' }],
    [{ type: 'bind' }],
    [{ device: '/dev/vda' }],
  ])('refuses the options %j', (Options) => {
    expect(volumeRefusal({ Driver: 'local', Options })).toContain('folder of the host');
  });

  it('lets a plain one through, one that is not there, and one on a file server', () => {
    expect(volumeRefusal(undefined)).toBeUndefined();
    expect(volumeRefusal({ Driver: 'local', Options: null })).toBeUndefined();
    const nfs = { type: 'nfs', o: 'addr=10.0.0.1,rw', device: ':/export' };
    expect(volumeRefusal({ Driver: 'local', Options: nfs })).toBeUndefined();
  });
});
