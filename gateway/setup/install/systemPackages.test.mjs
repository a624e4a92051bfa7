import { expect, it } from 'vitest';
import { missingTools, onPath, systemTools, whatIsInTheWay } from './systemPackages.mjs';

const ready = { missing: [], root: false, apt: false, engine: true };
const strace = systemTools.filter((tool) => tool.command === 'strace');

it('finds what is missing', () => {
  expect(missingTools(() => true)).toEqual([]);
  expect(missingTools((command) => command !== 'strace')).toEqual(strace);
});

it('finds commands, and does not find what is none', () => {
  expect(onPath('sh')).toBe(true);
  expect(onPath('lmcp-no-such-program')).toBe(false);
});

it('lets anyone run the tests where all is there, and root on Debian where it is not', () => {
  expect(whatIsInTheWay(ready)).toBeNull();
  expect(whatIsInTheWay({ missing: strace, root: true, apt: true, engine: false })).toBeNull();
});

it('names what is missing, and why it is not installed', () => {
  expect(whatIsInTheWay({ ...ready, missing: strace, engine: false })).toBe(
    'they need the packages strace and a Docker engine (none answers), and only root can install them',
  );
  expect(whatIsInTheWay({ ...ready, missing: strace, root: true })).toContain('not a Debian machine');
});
