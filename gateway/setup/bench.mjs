// `npm run bench`: makes the checkout ready, installs the gateways to measure beside, and measures.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { benchFolder, installBenchPeers } from './install/benchPeers.mjs';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './run/child.mjs';
import { command } from './run/tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  const args = process.argv.slice(2);
  mkdirSync(benchFolder, { recursive: true });
  // Only the calls are measured beside others.
  const without = ['--lists', '--package', '--containers', '--help'];
  if (args.includes('--calls') || !args.some((argument) => without.includes(argument)))
    await installBenchPeers(node);
  const main = join(root, 'gateway/bench/main.ts');
  process.exitCode = exitCode(await runToEnd(node, [main, '--folder', benchFolder, ...args]));
});
