import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** Mounts a file system of its own at a new folder. */
export function mountSmallDisk(folder: string, mib: number): Disposable {
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder]);
  // Lazily: a gateway or an engine may release its files a little later.
  return { [Symbol.dispose]: () => void execFileSync('umount', ['--lazy', folder]) };
}
