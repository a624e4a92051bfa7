import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../../registry/file/write.ts';

const schema = z.object({
  /** The registry before the import. */
  before: z.string(),
  /** SHA-256 of the registry after it, hexadecimal. */
  written: z.string(),
  /** The servers that it added. */
  servers: z.array(z.string()),
});

export type ImportRecord = z.infer<typeof schema>;

/** The last import; undefined where there is none to undo. */
export async function readImportRecord(registryPath: string): Promise<ImportRecord | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(placeOf(registryPath), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps what undoing the import needs (0600: it holds a registry); an earlier record is replaced. */
export async function writeImportRecord(registryPath: string, record: ImportRecord): Promise<void> {
  const place = placeOf(registryPath);
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  await rm(place, { force: true });
  await writeDurably(place, JSON.stringify(record));
}

export async function dropImportRecord(registryPath: string): Promise<void> {
  await rm(placeOf(registryPath), { force: true });
}

function placeOf(registryPath: string): string {
  return join(dirname(registryPath), 'connected', 'import.json');
}
