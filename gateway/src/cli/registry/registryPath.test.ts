import { describe, expect, it } from 'vitest';
import { chooseRegistry } from './registryPath.ts';

const place = {
  flag: undefined,
  variable: undefined,
  cwd: '/home/me',
  checkout: '/opt/lmcp',
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
    expect(chooseRegistry({ ...place, exists: (each) => each === path })).toEqual({ path, chosen: false });
  });

  it('takes that of the checkout, which is chosen, from there too', () => {
    const own = { path: '/opt/lmcp/config/registry.yaml', chosen: true };
    expect(chooseRegistry({ ...place, variable: '' })).toEqual(own);
    expect(chooseRegistry({ ...place, cwd: '/opt/lmcp', exists: () => true })).toEqual(own);
  });
});
