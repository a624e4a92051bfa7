// `npm run docs`: makes the checkout ready and generates the reference in docs/ from the schemas of the gateway.
// `npm run docs:site`: builds the documentation site from the Markdown files.
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './run/child.mjs';
import { buildSite } from './site.mjs';
import { command } from './run/tell.mjs';

const site = process.argv[2] === 'site';

await command(async () => {
  const node = await makeReady({ dev: true });
  process.exitCode = site
    ? await buildSite(root, node)
    : exitCode(await runToEnd(node, [join(root, 'gateway/reference/main.ts')]));
});
