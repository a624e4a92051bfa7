// `npm run bench`: makes the checkout ready, installs the gateways to measure beside, and measures.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installPeers } from '../bench/peers/install.mjs';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './child.mjs';
import { command } from './tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  const args = process.argv.slice(2);
  const folder = join(root, '.runtime', 'bench');
  await mkdir(folder, { recursive: true });
  if (!args.includes('--containers') && !args.includes('--help'))
    await installPeers(join(folder, 'peers'), node);
  const main = join(root, 'gateway/bench/main.ts');
  process.exitCode = exitCode(await runToEnd(node, [main, '--folder', folder, ...args]));
});
