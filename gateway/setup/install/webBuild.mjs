import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npmQuietly } from './npm.mjs';
import { tell } from '../run/tell.mjs';

const notSource = new Set(['node_modules', 'build', '.svelte-kit']);

/** Names and contents of what the web interface is built from, as one digest (hex). */
function sourceDigest(root) {
  const hash = createHash('sha256');
  const visit = (folder) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !notSource.has(entry.name)) visit(path);
      if (entry.isFile())
        hash
          .update(`${path}\0`)
          .update(readFileSync(join(root, path)))
          .update('\0');
    }
  };
  visit('web');
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

const stampFile = (root) => join(root, '.runtime', 'web-build.sha256');

/**
 * @param {string} root the checkout
 * @returns {boolean} true when the built interface belongs to the sources that are there now
 */
export function webBuildCurrent(root) {
  const stamp = stampFile(root);
  if (!existsSync(join(root, 'web/build/index.html')) || !existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8') === sourceDigest(root);
}

/**
 * @param {string} root
 * @param {string} node
 * @throws {import('../run/tell.mjs').SetupError}
 */
export async function buildWeb(root, node) {
  tell('building the web interface');
  const digest = sourceDigest(root);
  await npmQuietly(['run', 'build', '--workspace', 'web'], {
    cwd: root,
    node,
    doing: 'building the web interface',
    // Whatever the shell has there: else Vite builds for development, slower and larger.
    env: { NODE_ENV: 'production' },
  });
  mkdirSync(dirname(stampFile(root)), { recursive: true });
  writeFileSync(stampFile(root), digest);
}
