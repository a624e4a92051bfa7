import type { GuardRules } from '../guardRules/rules.ts';

/** For tests: rules with one of each kind of root, volume and network. */
export const testRules: GuardRules = {
  instance: 'home',
  readOnlyRoots: ['/srv/files'],
  writableRoots: ['/srv/work'],
  forbidden: ['/srv/files/config'],
  volumes: ['notes'],
  networks: ['bridge', 'browsing'],
  maxMemory: 4 * 1024 ** 3,
  maxCpus: 8,
  maxPids: 1_024,
  maxContainers: 16,
  totalMemory: 16 * 1024 ** 3,
  totalPids: 8_192,
  totalVolumes: 8,
  egressProxy: 'home-egress',
  pull: true,
  registries: undefined,
};
