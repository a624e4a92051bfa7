// `npm run bench`: makes the checkout ready, installs the gateways to measure beside, and measures.
import { join } from 'node:path';
import { installPeers } from '../bench/peers/install.mjs';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './child.mjs';
import { SetupError, tell } from './tell.mjs';

try {
  const node = await makeReady({ dev: false });
  const folder = join(root, '.runtime', 'bench');
  await installPeers(join(folder, 'peers'), node);
  const main = join(root, 'gateway/bench/main.ts');
  process.exitCode = exitCode(await runToEnd(node, [main, '--folder', folder, ...process.argv.slice(2)]));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  tell(error.message);
  process.exitCode ||= 1;
}
