// `npm run package`: makes the checkout ready, builds the npm package in dist/package, and packs it into dist/.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './run/child.mjs';
import { npmAloud } from './install/npm.mjs';
import { command } from './run/tell.mjs';

await command(async () => {
  const node = await makeReady({ dev: true });
  const dist = join(root, 'dist');
  await mkdir(dist, { recursive: true });
  const folder = join(dist, 'package');
  const build = join(root, 'gateway/package/main.mjs');
  process.exitCode =
    exitCode(await runToEnd(node, [build, folder])) ||
    (await npmAloud(['pack', folder, '--silent', '--pack-destination', dist], { cwd: dist, node }));
});
