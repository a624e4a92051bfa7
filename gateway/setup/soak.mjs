// `npm run soak [-- --minutes N --rounds N]`: makes the checkout ready and runs the long test.
import { join } from 'node:path';
import { setup as buildForTests } from '../package/forTests.mjs';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './run/child.mjs';
import { command } from './run/tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  await buildForTests();
  process.exitCode = exitCode(
    await runToEnd(node, [join(root, 'e2e/soak/main.ts'), ...process.argv.slice(2)]),
  );
});
