import type { Stats } from 'node:fs';

/** What is in the place of a regular file with one name; undefined for such a file. */
export function irregular(stats: Stats): string | undefined {
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe (FIFO)';
  if (stats.isSocket()) return 'a socket';
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'a device';
  if (stats.nlink > 1) return 'a file with a second name (hard link)';
  return undefined;
}
