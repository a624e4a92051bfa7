import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a rename or a new name in a folder durable; where folders can't be synced (Windows) the system sees to it.
 * @throws the file system's error
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Creates a folder for its owner alone, and those above it that are missing: all their names are on the disk then, so that
 * what is written into it can't be lost with it.
 * @throws the file system's error
 */
export async function makeDurableFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const above = dirname(resolve(first));
  for (let folder = resolve(path); folder !== above; folder = dirname(folder)) {
    await syncFolder(dirname(folder));
  }
}
