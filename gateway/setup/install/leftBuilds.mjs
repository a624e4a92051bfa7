import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../run/isAlive.mjs';

/**
 * The folder in which this process builds what it then renames to `folder`: `<folder>-<pid>`.
 * @param {string} folder
 */
export const buildFolder = (folder) => `${folder}-${process.pid}`;

/**
 * Removes the build folders of processes that were interrupted. Call it before this process builds: one with its own id is an
 * earlier process's.
 * @param {string} folder
 */
export async function removeLeftBuilds(folder) {
  const prefix = `${basename(folder)}-`;
  const names = await readdir(dirname(folder)).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    if (!/^[1-9]\d*$/.test(pid) || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}
