import { expect, it } from 'vitest';
import { bindRefusal } from './bindDenial.ts';
import { testRules } from '../testing/testRules.ts';

const refusal = (source: string, readOnly = true): string | undefined =>
  bindRefusal({ source, readOnly }, testRules);

it('lets a read-only root be read, and everything below it', () => {
  expect(refusal('/srv/files/a')).toBeUndefined();
  expect(refusal('/srv/files/a/b')).toBeUndefined();
  expect(refusal('/srv/files/a', false)).toContain('read only');
});

it('lets a writable root itself be mounted, and nothing below it, where a container could have put a link', () => {
  expect(refusal('/srv/work', false)).toBeUndefined();
  expect(refusal('/srv/work', true)).toBeUndefined();
  expect(refusal('/srv/work/a', true)).toContain('nothing below');
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
])('refuses %s', (source) => {
  expect(refusal(source)).toBeTypeOf('string');
});

it('refuses what no root names even where a root is the whole of a forbidden tree', () => {
  const rules = { ...testRules, readOnlyRoots: ['/etc'], writableRoots: ['/proc'] };
  expect(bindRefusal({ source: '/etc/ssl', readOnly: true }, rules)).toContain('/etc');
  expect(bindRefusal({ source: '/proc', readOnly: true }, rules)).toContain('/proc');
});

it('refuses the gateway’s own folders under a root, and what is around them', () => {
  for (const source of ['/srv/files/config', '/srv/files/config/x', '/srv/files']) {
    expect(refusal(source)).toContain('configuration or audit log');
  }
});
