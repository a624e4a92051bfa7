import { hash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../registry/file/write.ts';

const schema = z.object({
  path: z.string(),
  /** The file before LMCP changed it; null where there was none. */
  before: z.string().nullable(),
  /** SHA-256 of the text that LMCP wrote, hexadecimal. */
  written: z.string(),
  /** The client whose token was written. */
  client: z.string(),
});

/** What `--undo` needs: kept from the first change until it is taken back. */
export type ConnectRecord = z.infer<typeof schema>;

export function digestOf(text: string | null): string {
  return hash('sha256', text ?? '', 'hex');
}

/** The record of one file of an application; undefined where there is none, or an unreadable one. */
export async function readRecord(registryPath: string, path: string): Promise<ConnectRecord | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(placeOf(registryPath, path), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps the record in a folder beside the registry (0700, files 0600): the old text may hold secrets. */
export async function writeRecord(registryPath: string, record: ConnectRecord): Promise<void> {
  const place = placeOf(registryPath, record.path);
  const temporary = `${place}.${randomBytes(6).toString('hex')}.tmp`;
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  await writeDurably(temporary, JSON.stringify(record));
  await rename(temporary, place);
}

export async function dropRecord(registryPath: string, path: string): Promise<void> {
  await rm(placeOf(registryPath, path), { force: true });
}

function placeOf(registryPath: string, path: string): string {
  return join(dirname(registryPath), 'connected', `${hash('sha256', path, 'hex').slice(0, 16)}.json`);
}
