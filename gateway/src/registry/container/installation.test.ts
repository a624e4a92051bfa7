import { expect, it } from 'vitest';
import { installationName } from './installation.ts';
import { selfImage } from './self.ts';

it('is what is written, where that is a name', () => {
  expect(installationName('home', 'a')).toEqual({ value: 'home' });
  for (const bad of ['Home', '-a', 'a b', 'a/b', 'x'.repeat(41)]) {
    expect(installationName(bad)).toHaveProperty('fix');
  }
});

it('is else the same for the same place and another for another', () => {
  const name = installationName(undefined, 'host', '/srv/a');
  expect(name).toEqual(installationName('', 'host', '/srv/a'));
  expect(name).not.toEqual(installationName(undefined, 'host', '/srv/b'));
});

it('knows its own image only where the environment names both image and installation', () => {
  expect(selfImage({})).toBeUndefined();
  expect(selfImage({ LMCP_SELF_IMAGE: 'lmcp:1' })).toBeUndefined();
  expect(selfImage({ LMCP_SELF_IMAGE: 'lmcp:1', LMCP_INSTALLATION: 'home' })).toEqual({
    image: 'lmcp:1',
    instance: 'home',
    network: 'none',
    hasEgress: false,
  });
});
