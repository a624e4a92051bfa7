import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmQuietly } from './npm.mjs';
import { tell } from '../run/tell.mjs';

/**
 * Whether an installation holds what the lockfile asks for. npm writes its record of what it installed last of all, so
 * an interrupted installation counts as missing; one with the development tools does for production as well.
 *
 * @param {Lock} wanted package-lock.json
 * @param {Lock | null} installed node_modules/.package-lock.json
 * @param {{ dev: boolean }} mode
 * @typedef {{ packages: Record<string, LockEntry> }} Lock
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, dev?: boolean, optional?: boolean, devOptional?: boolean }} LockEntry
 */
export function isInstalled(wanted, installed, { dev }) {
  if (installed === null) return false;
  return Object.entries(wanted.packages).every(([path, entry]) => {
    // The root itself, and what npm may leave out: other platforms' binaries, and the tools.
    if (path === '' || entry.optional || entry.devOptional || (entry.dev && !dev)) return true;
    const there = installed.packages[path];
    return there !== undefined && there.version === entry.version && there.integrity === entry.integrity;
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * @param {string} folder holds package-lock.json
 * @param {{ dev: boolean }} mode
 */
export function dependenciesCurrent(folder, mode) {
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  return isInstalled(wanted, readLock(join(folder, 'node_modules', '.package-lock.json')), mode);
}

/**
 * Installs exactly what the lockfile names; no package's own script is run.
 * @param {string} folder
 * @param {{ dev: boolean, node: string, what: string }} how `what` is for the reader: "dependencies"
 * @throws {import('../run/tell.mjs').SetupError}
 */
export async function installDependencies(folder, { dev, node, what }) {
  tell(`installing ${what}`);
  const omit = dev ? ['--include=dev'] : ['--omit=dev'];
  await npmQuietly(['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...omit], {
    cwd: folder,
    node,
    doing: `installing ${what}`,
  });
}
