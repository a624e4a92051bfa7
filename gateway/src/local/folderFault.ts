import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Who asks. */
export interface Person {
  readonly uid: number;
}

/** The user of this process; undefined on Windows, which has none of these modes. */
export function ourselves(): Person | undefined {
  const uid = process.getuid?.();
  return uid === undefined ? undefined : { uid };
}

/**
 * What makes a folder unfit for what nobody else may reach or put there; undefined where it is ours alone.
 */
export async function folderFault(path: string, { uid }: Person): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return `${path} is not there`;
  if (found.isSymbolicLink()) return `${path} is a symbolic link`;
  if (!found.isDirectory()) return `${path} is not a folder`;
  if (found.uid !== uid) return `${path} belongs to user ${found.uid}, not to user ${uid}`;
  if ((found.mode & 0o077) !== 0) return `others may use ${path}: chmod 700 ${path}`;
  const above = dirname(path);
  return mayReplace(await stat(above), uid)
    ? `others may replace ${path}: they may write ${above}`
    : undefined;
}

/** Anyone who may write a folder that is not sticky may rename what is in it; its owner always may. */
function mayReplace({ uid: owner, mode }: Stats, uid: number): boolean {
  const sticky = (mode & 0o1000) !== 0;
  return (owner !== 0 && owner !== uid) || ((mode & 0o022) !== 0 && !sticky);
}
