import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { stopTree } from './stopTree.ts';
import { processTree, stillRuns } from './usage.ts';

test.runIf(process.platform === 'linux')(
  'a parent that ends without its child leaves nothing behind',
  async () => {
    const leaf = "process.on('SIGTERM',()=>{});console.log('up');setInterval(()=>{},9e3)";
    const script = `require('child_process').spawn(process.execPath,['-e',${JSON.stringify(leaf)}],{stdio:'inherit'})`;
    const parent = spawn(process.execPath, ['-e', script]);
    await once(parent.stdout, 'data');
    const tree = processTree(parent.pid!);
    expect(tree).toHaveLength(2);
    await stopTree(parent.pid!, 200);
    await expect.poll(() => tree.some(stillRuns)).toBe(false);
  },
);

test.runIf(process.platform === 'linux')('a process that is gone already is no error', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await stopTree(child.pid!);
  expect(processTree(child.pid!)).toEqual([]);
});
