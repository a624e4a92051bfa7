import { hash } from 'node:crypto';
import { z } from 'zod';
import { StoredRecord } from './storedRecord.ts';

const schema = z.object({
  path: z.string(),
  /** The file before LMCP changed it; null where there was none. */
  before: z.string().nullable(),
  /** SHA-256 of the text that LMCP wrote, hexadecimal. */
  written: z.string(),
  /** The client whose token was written. */
  client: z.string(),
});

/** What `--undo` needs: kept from the first change of a file until it is undone. */
export type ConnectRecord = z.infer<typeof schema>;

export function connectRecord(registryPath: string, path: string): StoredRecord<ConnectRecord> {
  return new StoredRecord(registryPath, digestOf(path).slice(0, 16), schema);
}

export function digestOf(text: string | null): string {
  return hash('sha256', text ?? '', 'hex');
}
