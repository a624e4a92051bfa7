// `npm run defences [-- TEXT…]`: makes the checkout ready, mutates the code of each security claim, and runs its test.
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './run/child.mjs';
import { command } from './run/tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  process.exitCode = exitCode(
    await runToEnd(node, [join(root, 'e2e/defences/main.ts'), ...process.argv.slice(2)]),
  );
});
