import { setTimeout as sleep } from 'node:timers/promises';
import { processTree, stillRuns } from './usage.ts';

const pollMs = 25;

/** SIGTERM to `root`, time to end its children itself, then SIGKILL to whatever of its tree is left, each by pid. */
export async function stopTree(root: number, graceMs = 5000): Promise<void> {
  const tree = processTree(root);
  const [first] = tree;
  if (first === undefined) return;
  process.kill(first.pid, 'SIGTERM');
  const end = performance.now() + graceMs;
  while (performance.now() < end) {
    if (!tree.some(stillRuns)) return;
    await sleep(pollMs);
  }
  for (const member of tree.filter(stillRuns)) process.kill(member.pid, 'SIGKILL');
}
