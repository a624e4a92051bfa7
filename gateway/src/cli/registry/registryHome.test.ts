import { expect, test } from 'vitest';
import { registryHome } from './registryHome.ts';

test.each([
  ['linux', {}, '/home/me/.config/lmcp'],
  ['linux', { XDG_CONFIG_HOME: '/xdg' }, '/xdg/lmcp'],
  ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/me/.config/lmcp'],
  ['darwin', { XDG_CONFIG_HOME: '/xdg' }, '/home/me/Library/Application Support/lmcp'],
] as const)('on %s with %j it is %s', (platform, env, folder) => {
  expect(registryHome({ platform, env, home: '/home/me' })).toBe(folder);
});

test.each([
  [{ APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\lmcp'],
  [{}, 'C:\\Users\\me\\AppData\\Roaming\\lmcp'],
])('on Windows with %j it is %s', (env, folder) => {
  expect(registryHome({ platform: 'win32', env, home: 'C:\\Users\\me' })).toBe(folder);
});
