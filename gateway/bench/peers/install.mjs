import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmQuietly } from '../../setup/npm.mjs';
import { tell } from '../../setup/tell.mjs';

/**
 * Installs mcp-proxy and supergateway as the lockfile beside this file pins them, without running any of their scripts,
 * unless the folder holds exactly that already.
 * @param {string} folder
 * @param {string} node path of the Node binary that npm shall run on
 * @throws {import('../../setup/tell.mjs').SetupError}
 */
export async function installPeers(folder, node) {
  const wanted = readFileSync(here('package-lock.json'), 'utf8');
  // Written last, so that an installation that broke off is not taken for a whole one.
  const mark = join(folder, 'installed.lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  tell('installing mcp-proxy and supergateway, which LMCP is measured beside (once, about 105 MB)');
  rmSync(mark, { force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(here(name), join(folder, name));
  await npmQuietly(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'], {
    cwd: folder,
    node,
    doing: 'installing the peers of the benchmark',
  });
  copyFileSync(here('package-lock.json'), mark);
}

function here(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}
