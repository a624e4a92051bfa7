import { join } from 'node:path';
import { exitCode, runQuietly, runToEnd } from './run/child.mjs';
import { dependenciesCurrent, installDependencies } from './install/dependencies.mjs';

/**
 * Builds the documentation site into docs/site/build. A link to a page that does not exist fails the build.
 * @param {string} root the checkout
 * @param {string} node
 * @returns {Promise<number>} exit code
 * @throws {import('./run/tell.mjs').SetupError} when the site generator cannot be installed
 */
export async function buildSite(root, node) {
  return exitCode(await runToEnd(node, await siteArguments(root, node), { cwd: root }));
}

/** The same with its output, to be shown later. */
export async function buildSiteQuietly(root, node) {
  return runQuietly(node, await siteArguments(root, node), { cwd: root });
}

async function siteArguments(root, node) {
  const site = join(root, 'docs/site');
  if (!dependenciesCurrent(site, { dev: false }))
    await installDependencies(site, { dev: false, node, what: 'the generator of the documentation site' });
  return [join(site, 'node_modules/vitepress/bin/vitepress.js'), 'build', site];
}
