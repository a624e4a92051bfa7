import { expect, test } from 'vitest';
import { browserStarter } from './openInBrowser.ts';

test.each([
  ['darwin', {}, ['open']],
  ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler']],
  ['linux', { DISPLAY: ':0' }, ['xdg-open']],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open']],
  ['linux', { WSL_DISTRO_NAME: 'Debian' }, ['xdg-open']],
  ['linux', { DISPLAY: '' }, undefined],
  ['linux', {}, undefined],
] as const)('on %s with %j a browser is started by %j', (platform, env, starter) => {
  expect(browserStarter(platform, env)).toEqual(starter);
});
