import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStat } from './stat.ts';

const tail = 'S 10 10 10 0 -1 4194304 900 0 0 0 31 12 500 600 20 0 11 0 8723 1000000 1200 0 0 0';

test('parent, CPU and start time are read, children excluded', () => {
  expect(parseStat(`42 (node) ${tail}`)).toEqual({
    pid: 42,
    parent: 10,
    ended: false,
    cpuMs: 430,
    startTime: 8723,
  });
});

test('a zombie has ended', () => {
  expect(parseStat(`42 (node) ${tail.replace('S', 'Z')}`).ended).toBe(true);
});

test('the name may hold anything', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 15 }), (name) => {
      expect(parseStat(`42 (${name}) ${tail}`).parent).toBe(10);
    }),
  );
  expect(parseStat(`42 (a) S 1 (b)) ${tail}`).parent).toBe(10);
});

test('anything else is rejected', () => {
  expect(() => parseStat('')).toThrow('/proc/<pid>/stat');
  expect(() => parseStat('42 (node) S 10')).toThrow('/proc/<pid>/stat');
});

test.runIf(process.platform === 'linux')('this process is found as the kernel shows it', () => {
  const stat = parseStat(readFileSync('/proc/self/stat', 'utf8'));
  expect(stat.pid).toBe(process.pid);
  expect(stat.parent).toBe(process.ppid);
});
