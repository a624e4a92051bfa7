import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { revisionOf } from '../revision.ts';
import { besideFile } from '../../fs/besideFile.ts';
import { makeDurableFolder, syncFolder } from '../../fs/durableFolder.ts';
import { writeDurably } from '../../fs/replaceFile.ts';

/** Maximum number of earlier registries. */
const kept = 20;

const namePattern = /^(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}Z)-([0-9a-f]{12})\.yaml$/;

export interface HistoryEntry {
  /** Its file's name; names sort by time. */
  readonly name: string;
  /** RFC 3339, when it was replaced. */
  readonly replacedAt: string;
  readonly revision: string;
}

/**
 * Keeps a registry that is about to be replaced (folder 0700, file 0600), and deletes the oldest beyond the last 20.
 * @param now milliseconds since the Unix epoch
 * @returns the path of the copy
 */
export async function keepInHistory(registryPath: string, text: string, now: number): Promise<string> {
  const folder = await historyFolder(registryPath);
  await makeDurableFolder(folder);
  const stamp = new Date(now).toISOString().replaceAll(':', '-');
  const path = join(folder, `${stamp}-${revisionOf(text)}.yaml`);
  await writeDurably(path, text).catch((error: unknown) => {
    // The same text in the same millisecond is kept already.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await syncFolder(folder);
  const names = (await listHistory(registryPath)).map(({ name }) => name);
  await Promise.all(names.slice(kept).map((name) => rm(join(folder, name), { force: true })));
  return path;
}

/** The kept registries, newest first. */
export async function listHistory(registryPath: string): Promise<HistoryEntry[]> {
  const names = await readdir(await historyFolder(registryPath)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const [, stamp = '', revision = ''] = namePattern.exec(name) ?? [];
      return stamp === ''
        ? []
        : [{ name, replacedAt: stamp.replace(/(?<=T\d\d)-(\d\d)-/, ':$1:'), revision }];
    })
    .sort((a, b) => (a.name < b.name ? 1 : -1));
}

/** The text of a kept registry; null if there is none with that name (a name can't leave the folder). */
export async function readHistory(registryPath: string, name: string): Promise<string | null> {
  if (!namePattern.test(name)) return null;
  try {
    return await readFile(join(await historyFolder(registryPath), name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Beside the file itself, where the registry is a symbolic link. */
function historyFolder(registryPath: string): Promise<string> {
  return besideFile(registryPath, '.registry-history');
}
