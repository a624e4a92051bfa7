// `npm run fuzz [-- --seconds N]`: makes the checkout ready and lets the fuzzer loose on what reads foreign bytes.
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './run/child.mjs';
import { command } from './run/tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  process.exitCode = exitCode(
    await runToEnd(node, [join(root, 'gateway/fuzz/main.ts'), ...process.argv.slice(2)]),
  );
});
