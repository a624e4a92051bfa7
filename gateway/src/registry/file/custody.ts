import type { Stats } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { insideImage } from '../container/productImage.ts';
import { othersIn } from './groupMembers.ts';

/** A file or folder whose writers control which programs LMCP runs. */
export interface Held {
  readonly path: string;
  readonly stats: Pick<Stats, 'uid' | 'gid' | 'mode'>;
}

/** This process, and the users that share its groups. */
export interface Holder {
  readonly uid: number;
  /** Users of a group other than root and this user; some of them if they can't all be listed. */
  readonly othersIn: (gid: number) => readonly string[];
}

/** Other users can change the registry or its folder, and could make LMCP run any program. */
export class RegistryCustodyError extends Error {
  override readonly name = 'RegistryCustodyError';
}

/** Why others could change a file or folder, with the command that fixes it; undefined if they can't. */
export function custodyFault({ path, stats: { uid, gid, mode } }: Held, holder: Holder): string | undefined {
  if (uid !== 0 && uid !== holder.uid) {
    return `${path} belongs to user ${uid}. If it is yours, run: sudo chown ${holder.uid} ${path}`;
  }
  if ((mode & 0o002) !== 0) return `everybody may change ${path}. Run: chmod o-w ${path}`;
  if ((mode & 0o020) === 0) return undefined;
  const others = holder.othersIn(gid);
  if (others.length === 0) return undefined;
  const named = others.slice(0, 3).join(', ') + (others.length > 3 ? ', …' : '');
  return `group ${gid} may change ${path}, and has other members (${named}). Run: chmod g-w ${path}`;
}

/**
 * Requires that only root and this user can change the registry, by its file or a folder on its path. In LMCP's own image, which
 * has no other users and where mounted folders have owners of the host, everything is accepted.
 * @throws RegistryCustodyError
 */
export async function requireCustody(path: string): Promise<void> {
  const faults = insideImage() ? [] : await custodyFaults(path);
  if (faults.length > 0) throw new RegistryCustodyError(`the registry is not used: ${faults.join('; ')}`);
}

/** The same for the folder of a registry that is about to be written. @throws RegistryCustodyError */
export async function requireFolderCustody(folder: string): Promise<void> {
  const holder = ourselves();
  if (holder === undefined || insideImage()) return;
  const fault = custodyFault({ path: folder, stats: await stat(folder) }, holder);
  if (fault !== undefined) throw new RegistryCustodyError(`no registry is written: ${fault}`);
}

/** Accepted faults that deserve a warning: in the image all, elsewhere write access of this user's own group. */
export async function custodyWarnings(path: string): Promise<readonly string[]> {
  if (insideImage()) return custodyFaults(path);
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  if (ourselves() === undefined || found === undefined || (found.mode & 0o020) === 0) return [];
  return [`group ${found.gid} may change ${folder}; it has no other members now. Run: chmod g-w ${folder}`];
}

async function custodyFaults(path: string): Promise<string[]> {
  const holder = ourselves();
  if (holder === undefined) return [];
  const target = await realpath(path);
  const places = new Set([target, dirname(target), dirname(path)]);
  const held = await Promise.all([...places].map(async (each) => ({ path: each, stats: await stat(each) })));
  return held.flatMap((each) => custodyFault(each, holder) ?? []);
}

const maxLinks = 40;

/**
 * Why another user could put something else in the place of a folder: by a folder above it, or by a link on its way; undefined if
 * nobody can.
 * @param path absolute, and of something that exists
 */
export async function replaceableFault(path: string, links = 0): Promise<string | undefined> {
  const holder = ourselves();
  if (holder === undefined) return undefined;
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    const above = dirname(at);
    const [entry, stats] = [await lstat(at), await stat(above)];
    // In a sticky folder only their owner replaces entries (inode(7)).
    const isSticky = (stats.mode & 0o1000) !== 0 && [0, holder.uid].includes(entry.uid);
    const mode = isSticky ? stats.mode & ~0o022 : stats.mode;
    const fault = custodyFault({ path: above, stats: { uid: stats.uid, gid: stats.gid, mode } }, holder);
    if (fault !== undefined) return fault;
    if (!entry.isSymbolicLink()) continue;
    const target = resolve(await realpath(above), await readlink(at));
    const further =
      links < maxLinks ? await replaceableFault(target, links + 1) : `${at} is a link in a circle`;
    if (further !== undefined) return further;
  }
  return undefined;
}

/** Undefined on Windows, which has no POSIX modes. */
function ourselves(): Holder | undefined {
  const uid = process.getuid?.();
  return uid === undefined ? undefined : { uid, othersIn: (gid) => othersIn(gid, uid) };
}
