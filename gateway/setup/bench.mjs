// `npm run bench`: makes the checkout ready and runs the benchmark.
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './child.mjs';
import { command } from './tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  const main = join(root, 'gateway/bench/main.ts');
  process.exitCode = exitCode(await runToEnd(node, [main, ...process.argv.slice(2)]));
});
