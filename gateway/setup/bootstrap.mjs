import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dependenciesCurrent, installDependencies } from './install/dependencies.mjs';
import { fetchNode, fittingNode } from './nodeRuntime.mjs';
import { withSetupLock } from './install/setupLock.mjs';
import { buildWeb, webBuildCurrent } from './install/webBuild.mjs';

/** The checkout that this file is in. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Makes the checkout ready to run: Node, dependencies, the built web interface. Where all is there it only looks.
 * @param {{ dev: boolean }} mode `dev` includes the tools for checks and tests
 * @returns {Promise<string>} the Node to run with
 * @throws {import('./run/tell.mjs').SetupError}
 */
export async function makeReady({ dev }) {
  const ready = lookAround({ dev });
  if (ready.node !== null && ready.dependencies && ready.web) return ready.node;
  return withSetupLock(join(root, '.runtime', 'setup.lock'), async () => {
    const node = fittingNode(root) ?? (await fetchNode(root));
    if (!dependenciesCurrent(root, { dev }))
      await installDependencies(root, { dev, node, what: 'dependencies' });
    if (!webBuildCurrent(root)) await buildWeb(root, node);
    return node;
  });
}

function lookAround(mode) {
  const node = fittingNode(root);
  const dependencies = node !== null && dependenciesCurrent(root, mode);
  return { node, dependencies, web: dependencies && webBuildCurrent(root) };
}
