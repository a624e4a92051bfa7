// `npm run bench:search`: makes the checkout ready, installs the servers whose tools are searched, and measures the search.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { benchFolder } from './install/benchPeers.mjs';
import { installPinned } from './install/pinned.mjs';
import { exitCode, runToEnd } from './run/child.mjs';
import { command } from './run/tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  mkdirSync(benchFolder, { recursive: true });
  await installPinned({
    from: join(root, 'gateway/bench/search/servers'),
    into: join(benchFolder, 'search'),
    node,
    what: 'the servers whose tools are searched (once, about 1 GB)',
  });
  const main = join(root, 'gateway/bench/search/main.ts');
  const args = process.argv.slice(2);
  process.exitCode = exitCode(await runToEnd(node, [main, '--folder', benchFolder, ...args]));
});
