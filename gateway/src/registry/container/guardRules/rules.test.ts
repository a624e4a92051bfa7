import { expect, it } from 'vitest';
import { bindDenial } from './bindDenial.ts';
import { guardRules, rootProblems, withSockets } from './rules.ts';
import { testRules } from '../testing/testRules.ts';

it('allows next to nothing where nothing is said', () => {
  expect(guardRules({ LMCP_INSTALLATION: 'home' })).toEqual({
    ok: true,
    rules: {
      instance: 'home',
      readOnlyRoots: [],
      writableRoots: [],
      forbidden: [],
      volumes: [],
      networks: ['bridge'],
      maxMemory: 8 * 1024 ** 3,
      maxCpus: undefined,
      maxPids: 4_096,
      maxContainers: 128,
      totalMemory: undefined,
      totalPids: 16_384,
      totalVolumes: 256,
      egressProxy: undefined,
      pull: true,
      registries: undefined,
    },
  });
});

it('reads lists and limits', () => {
  const outcome = guardRules({
    LMCP_INSTALLATION: 'home',
    LMCP_GUARD_READ_ONLY_ROOTS: '/a:/b c',
    LMCP_GUARD_WRITABLE_ROOTS: '/w',
    LMCP_GUARD_NETWORKS: '',
    LMCP_GUARD_VOLUMES: 'x, y',
    LMCP_GUARD_MAX_MEMORY: '1g',
    LMCP_GUARD_PULL: 'never',
    LMCP_GUARD_REGISTRIES: 'GHCR.io, 127.0.0.1:5000',
  });
  expect(outcome.ok && outcome.rules).toMatchObject({
    readOnlyRoots: ['/a', '/b c'],
    writableRoots: ['/w'],
    networks: [],
    volumes: ['x', 'y'],
    maxMemory: 1024 ** 3,
    pull: false,
    registries: ['ghcr.io', '127.0.0.1:5000'],
  });
});

it('names every mistake', () => {
  const outcome = guardRules({
    LMCP_INSTALLATION: 'No Name',
    LMCP_GUARD_READ_ONLY_ROOTS: 'relative',
    LMCP_GUARD_NETWORKS: 'host',
    LMCP_GUARD_MAX_MEMORY: 'much',
    LMCP_GUARD_MAX_PIDS: '-1',
    LMCP_GUARD_REGISTRIES: 'https://ghcr.io',
  });
  expect(outcome.ok ? [] : outcome.problems).toHaveLength(6);
});

it('never lets the engine’s socket be mounted, wherever it is, nor the guard’s own', () => {
  const rules = withSockets(testRules, ['/srv/files/engine/d.sock', '/srv/files/guard.sock']);
  for (const source of [
    '/srv/files/engine',
    '/srv/files/engine/d.sock',
    '/srv/files/guard.sock',
    '/srv/files',
  ]) {
    expect(bindDenial({ source, readOnly: true }, testRules)).toEqual(
      source === '/srv/files' ? expect.any(String) : undefined,
    );
    expect(bindDenial({ source, readOnly: true }, rules)).toContain('gateway’s configuration');
  }
});

it('accepts no roots that contain each other where one of them is writable', () => {
  expect(rootProblems({ readOnlyRoots: ['/a', '/a/b'], writableRoots: ['/c'] })).toEqual([]);
  expect(rootProblems({ readOnlyRoots: ['/a'], writableRoots: ['/a/b'] })).toHaveLength(1);
  expect(rootProblems({ readOnlyRoots: ['/a/b'], writableRoots: ['/a'] })).toHaveLength(1);
  expect(rootProblems({ readOnlyRoots: [], writableRoots: ['/a', '/a/b'] })).toHaveLength(2);
  expect(rootProblems({ readOnlyRoots: ['relative', '/'], writableRoots: [] })).toHaveLength(2);
});
