import { describe, expect, it } from 'vitest';
import { volumeDenial, withRealSources } from './mountSources.ts';
import { testRules } from '../../registry/container/testing/testRules.ts';

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

describe('volumeDenial', () => {
  it.each([
    [{ type: 'none', o: 'bind', device: '/etc' }],
    [{ o: 'ro,bind', device: 'etc' }],
    [{ o: 'rbind' }],
    [{ type: 'bind' }],
    [{ device: '/dev/vda' }],
  ])('denies the options %j', (Options) => {
    expect(volumeDenial({ Driver: 'local', Options })).toContain('folder of the host');
  });

  it('lets a plain one through, one that is not there, and one on a file server', () => {
    expect(volumeDenial(undefined)).toBeUndefined();
    expect(volumeDenial({ Driver: 'local', Options: null })).toBeUndefined();
    const nfs = { type: 'nfs', o: 'addr=10.0.0.1,rw', device: ':/export' };
    expect(volumeDenial({ Driver: 'local', Options: nfs })).toBeUndefined();
  });
});
