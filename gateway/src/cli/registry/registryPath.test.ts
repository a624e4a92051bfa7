import { describe, expect, it } from 'vitest';
import { chooseRegistry } from './registryPath.ts';

const place = {
  flag: undefined,
  variable: undefined,
  cwd: '/home/me',
  homeVariable: undefined,
  usual: '/opt/lmcp/config/registry.yaml',
  exists: () => false,
};

describe('chooseRegistry', () => {
  it('takes the flag before the variable, relative to the current folder: both are chosen', () => {
    expect(chooseRegistry({ ...place, flag: 'r.yaml', variable: '/v.yaml' })).toEqual({
      path: '/home/me/r.yaml',
      chosen: true,
    });
    expect(chooseRegistry({ ...place, variable: '/v.yaml' })).toEqual({ path: '/v.yaml', chosen: true });
  });

  it('takes the one below the current folder if it is there, which nobody chose', () => {
    const path = '/home/me/config/registry.yaml';
    const exists = (each: string): boolean => each === path;
    expect(chooseRegistry({ ...place, exists })).toEqual({ path, chosen: false });
    expect(chooseRegistry({ ...place, exists, homeVariable: '/srv' })).toEqual({ path, chosen: false });
  });

  it('takes that of LMCP_HOME, else the usual one: both are chosen, the usual one from its own folder too', () => {
    expect(chooseRegistry({ ...place, homeVariable: '/srv' })).toEqual({
      path: '/srv/registry.yaml',
      chosen: true,
    });
    const here = { path: '/home/me/config/registry.yaml', chosen: true };
    expect(chooseRegistry({ ...place, homeVariable: '/home/me/config', exists: () => true })).toEqual(here);
    const own = { path: '/opt/lmcp/config/registry.yaml', chosen: true };
    expect(chooseRegistry({ ...place, variable: '', homeVariable: '' })).toEqual(own);
    expect(chooseRegistry({ ...place, cwd: '/opt/lmcp', exists: () => true })).toEqual(own);
  });
});
