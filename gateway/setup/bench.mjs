// `npm run bench`: makes the checkout ready, installs the gateways to measure beside, and measures.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './run/child.mjs';
import { installPinned } from './install/pinned.mjs';
import { command } from './run/tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  const args = process.argv.slice(2);
  const folder = join(root, '.runtime', 'bench');
  await mkdir(folder, { recursive: true });
  if (!args.includes('--containers') && !args.includes('--help'))
    await installPinned({
      from: join(root, 'gateway/bench/peers'),
      into: join(folder, 'peers'),
      node,
      what: 'mcp-proxy and supergateway, which LMCP is measured beside (once, about 105 MB)',
    });
  const main = join(root, 'gateway/bench/main.ts');
  process.exitCode = exitCode(await runToEnd(node, [main, '--folder', folder, ...args]));
});
