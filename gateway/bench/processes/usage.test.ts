import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { cpuBetween, processTree, rssSum, runsServer, stillRuns, treeUsage } from './usage.ts';

test('CPU is counted by process: what began in between counts whole, what ended does not go below zero', () => {
  const before = new Map([
    [1, { cpuMs: 100, rssBytes: 1 }],
    [2, { cpuMs: 900, rssBytes: 1 }],
  ]);
  const after = new Map([
    [1, { cpuMs: 130, rssBytes: 5 }],
    [3, { cpuMs: 20, rssBytes: 7 }],
  ]);
  expect(cpuBetween(before, after)).toBe(50);
  expect(rssSum(after)).toBe(12);
});

test.runIf(process.platform === 'linux')(
  'a tree holds the grandchild, and leaves out what is named',
  async () => {
    const leaf = [process.execPath, '-e', 'setInterval(()=>{},9e3)'];
    const script = `require('child_process').spawn(process.execPath,${JSON.stringify(leaf.slice(1))},{stdio:'inherit'})`;
    const child = spawn(process.execPath, ['-e', `${script}.on('spawn',()=>console.log('up'))`]);
    try {
      await once(child.stdout, 'data');
      const tree = processTree(child.pid!);
      expect(tree).toHaveLength(2);
      expect(tree.every(stillRuns)).toBe(true);
      expect(tree.map((stat) => stillRuns({ ...stat, startTime: stat.startTime - 1 }))).toEqual([
        false,
        false,
      ]);
      const counted = treeUsage(child.pid!, leaf);
      expect([...counted.keys()]).toEqual([child.pid]);
      expect(rssSum(counted)).toBeGreaterThan(1024 * 1024);
    } finally {
      for (const { pid } of processTree(child.pid!).reverse()) process.kill(pid);
    }
  },
);

test('the server is known with or without a shell around it; a gateway that is told of it is not the server', () => {
  const server = ['/bin/node', '/srv/echo.ts'];
  expect(runsServer(server, server)).toBe(true);
  expect(runsServer(['/bin/sh', '-c', '/bin/node /srv/echo.ts'], server)).toBe(true);
  expect(runsServer(['/bin/node', '/peer.js', '--', ...server], server)).toBe(false);
  expect(runsServer(['/bin/node', '/peer.js', '--stdio', '/bin/node /srv/echo.ts'], server)).toBe(false);
  expect(runsServer([], server)).toBe(false);
});
