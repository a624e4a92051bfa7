import { expect, it } from 'vitest';
import type { ContainerMount, ContainerServer } from '../../registry/types.ts';
import { realMounts, type MountRules } from './mountSources.ts';

const links = new Map([
  ['/srv/files', '/srv/files'],
  ['/srv/link', '/srv/files/real'],
  ['/srv/escape', '/etc'],
  ['/srv/engine', '/var/run/docker.sock'],
  ['/srv/own', '/home/me/lmcp/config'],
  ['/srv/around', '/home/me'],
]);
const rules: MountRules = {
  realpath: (path) => {
    const real = links.get(path);
    return real === undefined ? Promise.reject(new Error(`ENOENT ${path}`)) : Promise.resolve(real);
  },
  forbidden: ['/home/me/lmcp/config'],
};
const mounted = (source: string, type: ContainerMount['type'] = 'bind', by = rules) => {
  const mount = { type, source, target: '/m', readOnly: true };
  const server = { id: 'files', spec: { mounts: [mount] } } as unknown as ContainerServer;
  return realMounts(server, by).then(([real]) => real?.source);
};

it('hands on what a link leads to, and volumes as they are', async () => {
  expect(await mounted('/srv/files')).toBe('/srv/files');
  expect(await mounted('/srv/link')).toBe('/srv/files/real');
  expect(await mounted('notes', 'volume')).toBe('notes');
});

it.each(['/srv/escape', '/srv/engine', '/srv/own', '/srv/around', '/srv/gone'])(
  'denies %s, and tells the operator alone where it leads',
  async (source) => {
    const error = await mounted(source).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      kind: 'start_failed',
      message: expect.not.stringContaining('/srv') as string,
    });
    expect((error as { operatorDetail: string }).operatorDetail).toContain(links.get(source) ?? '/srv/gone');
  },
);

it('mounts no folder of another machine, whose links nobody here resolves', async () => {
  const remote = { ...rules, isRemote: true };
  await expect(mounted('/srv/files', 'bind', remote)).rejects.toMatchObject({
    operatorDetail: expect.stringContaining('on another machine') as string,
  });
  expect(await mounted('notes', 'volume', remote)).toBe('notes');
});

it('where it does not see the engine’s files it judges the path as it is written', async () => {
  const blind = { ...rules, realpath: undefined };
  expect(await mounted('/srv/anything', 'bind', blind)).toBe('/srv/anything');
  await expect(mounted('/home/me/lmcp/config/x', 'bind', blind)).rejects.toThrow('may not be mounted');
});
