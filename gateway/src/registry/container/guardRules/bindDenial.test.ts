import { expect, it } from 'vitest';
import { bindDenial } from './bindDenial.ts';
import { testRules } from '../testing/testRules.ts';

const denial = (source: string, readOnly = true): string | undefined =>
  bindDenial({ source, readOnly }, testRules);

it('lets a read-only root be read, and everything below it', () => {
  expect(denial('/srv/files/a')).toBeUndefined();
  expect(denial('/srv/files/a/b')).toBeUndefined();
  expect(denial('/srv/files/a', false)).toContain('only allows to be read');
});

it('lets a writable root itself be mounted, and nothing below it, where a container could have put a link', () => {
  expect(denial('/srv/work', false)).toBeUndefined();
  expect(denial('/srv/work', true)).toBeUndefined();
  expect(denial('/srv/work/a', true)).toContain('nothing below');
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
])('denies %s', (source) => {
  expect(denial(source)).toBeTypeOf('string');
});

it('denies what no root names even where a root is the whole of a forbidden tree', () => {
  const rules = { ...testRules, readOnlyRoots: ['/etc'], writableRoots: ['/proc'] };
  expect(bindDenial({ source: '/etc/ssl', readOnly: true }, rules)).toContain('/etc');
  expect(bindDenial({ source: '/proc', readOnly: true }, rules)).toContain('/proc');
});

it('denies the gateway’s own folders under a root, and what is around them', () => {
  for (const source of ['/srv/files/config', '/srv/files/config/x', '/srv/files']) {
    expect(denial(source)).toContain('configuration or audit log');
  }
});
