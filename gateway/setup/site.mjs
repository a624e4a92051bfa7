import { join } from 'node:path';
import { exitCode, runToEnd } from './run/child.mjs';
import { dependenciesCurrent, installDependencies } from './install/dependencies.mjs';

/**
 * Builds the documentation site into site/build. A link to a page that does not exist fails the build.
 * @param {string} root the checkout
 * @param {string} node
 * @returns {Promise<number>} exit code
 * @throws {import('./run/tell.mjs').SetupError} when the site generator cannot be installed
 */
export async function buildSite(root, node) {
  const site = join(root, 'site');
  if (!dependenciesCurrent(site, { dev: false }))
    await installDependencies(site, { dev: false, node, what: 'the generator of the documentation site' });
  const vitepress = join(site, 'node_modules/vitepress/bin/vitepress.js');
  return exitCode(await runToEnd(node, [vitepress, 'build', site], { cwd: root }));
}
