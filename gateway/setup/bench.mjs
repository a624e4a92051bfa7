// `npm run bench`: makes the checkout ready and runs the benchmark.
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './child.mjs';
import { SetupError, tell } from './tell.mjs';

try {
  const node = await makeReady({ dev: true });
  const main = join(root, 'gateway/bench/main.ts');
  process.exitCode = exitCode(await runToEnd(node, [main, ...process.argv.slice(2)]));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  tell(error.message);
  process.exitCode ||= 1;
}
