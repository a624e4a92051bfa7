import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { replaceFile } from '../fs/replaceFile.ts';

/** What undoing a change needs: one JSON file of mode 0600, because the text before the change may hold secrets. */
export class StoredRecord<T> {
  readonly #path: string;
  readonly #schema: z.ZodType<T>;

  /** @param name of the file in the folder `connected` (0700) beside the registry */
  constructor(registryPath: string, name: string, schema: z.ZodType<T>) {
    this.#path = join(dirname(registryPath), 'connected', `${name}.json`);
    this.#schema = schema;
  }

  /** Undefined where there is none, or an unreadable one. */
  async read(): Promise<T | undefined> {
    try {
      return this.#schema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** An earlier record is replaced as a whole. */
  async write(record: T): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await replaceFile(this.#path, JSON.stringify(record));
  }

  async drop(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
