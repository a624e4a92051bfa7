import { z } from 'zod';
import { StoredRecord } from '../../connect/storedRecord.ts';

const schema = z.object({
  /** The registry before the import. */
  before: z.string(),
  /** SHA-256 of the registry after it, hexadecimal. */
  written: z.string(),
  /** The servers that it added. */
  servers: z.array(z.string()),
  /** The secrets that it added. */
  secrets: z.array(z.string()).default([]),
});

/** What undoing the last import needs. */
export function importRecord(registryPath: string): StoredRecord<z.infer<typeof schema>> {
  return new StoredRecord(registryPath, 'import', schema);
}
