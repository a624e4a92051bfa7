import { describe, expect, it } from 'vitest';
import { chooseRegistryPath } from './registryPath.ts';

const place = {
  flag: undefined,
  variable: undefined,
  cwd: '/home/me',
  checkout: '/opt/lmcp',
  exists: () => false,
};

describe('chooseRegistryPath', () => {
  it('takes the flag before the variable, relative to the current folder', () => {
    expect(chooseRegistryPath({ ...place, flag: 'r.yaml', variable: '/v.yaml' })).toBe('/home/me/r.yaml');
    expect(chooseRegistryPath({ ...place, variable: '/v.yaml' })).toBe('/v.yaml');
  });

  it('takes the one below the current folder if it is there, else the one of the checkout', () => {
    expect(chooseRegistryPath({ ...place, exists: (path) => path === '/home/me/config/registry.yaml' })).toBe(
      '/home/me/config/registry.yaml',
    );
    expect(chooseRegistryPath({ ...place, variable: '' })).toBe('/opt/lmcp/config/registry.yaml');
  });
});
