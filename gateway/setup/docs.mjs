// `npm run docs`: makes the checkout ready and generates the reference in docs/ from the schemas of the gateway.
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './child.mjs';
import { command } from './tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  process.exitCode = exitCode(await runToEnd(node, [join(root, 'gateway/reference/main.ts')]));
});
