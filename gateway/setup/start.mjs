// `npm start`: makes the checkout ready and serves. Runs on Node 20 and later with nothing installed.
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd, tiedToUs } from './run/child.mjs';
import { command } from './run/tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: false });
  const lmcp = join(root, 'gateway/bin/lmcp.mjs');
  process.exitCode = exitCode(await runToEnd(node, [lmcp, 'serve', ...process.argv.slice(2)], tiedToUs));
});
