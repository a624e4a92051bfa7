import { expect, test } from 'vitest';
import { childEnvironment } from './environment.ts';

const parent = {
  HOME: '/home/ada',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  TMPDIR: '/scratch',
  TZ: 'Europe/Berlin',
  PATH: '/usr/bin',
  TERM: '() { :; }',
  AWS_SECRET_ACCESS_KEY: 'leak',
  NODE_OPTIONS: '--inspect',
  SYSTEMROOT: 'C:\\Windows',
};

test('the fixed list, what the registry declares, and the mark: nothing else', () => {
  expect(childEnvironment(parent, new Map([['API', 'x']]), 'm.1', 'linux')).toEqual({
    HOME: '/home/ada',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TMPDIR: '/scratch',
    TZ: 'Europe/Berlin',
    PATH: '/usr/bin',
    API: 'x',
    LMCP_INSTANCE: 'm.1',
  });
});

test('the registry overrides what is inherited, but not the mark', () => {
  const declared = new Map([
    ['PATH', '/opt'],
    ['LMCP_INSTANCE', 'forged'],
  ]);
  expect(childEnvironment(parent, declared, 'm.1', 'linux')).toMatchObject({
    PATH: '/opt',
    LMCP_INSTANCE: 'm.1',
  });
});

test('Windows has a list of its own', () => {
  expect(childEnvironment(parent, new Map(), 'm.1', 'win32')).toEqual({
    PATH: '/usr/bin',
    SYSTEMROOT: 'C:\\Windows',
    LMCP_INSTANCE: 'm.1',
  });
});
