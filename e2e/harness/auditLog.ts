import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AuditLine } from '../../gateway/src/audit/types.ts';

/** The lines of all segments, oldest first, read one by one; what a crash tore is left out. */
export async function* auditLines(path: string): AsyncGenerator<AuditLine> {
  for (const segment of await segments(path)) {
    for await (const line of createInterface({ input: createReadStream(segment), crlfDelay: Infinity })) {
      const record = parsed(line);
      if (record !== undefined) yield record;
    }
  }
}

/** Audit.log first, then audit.log.1 and so on: a new segment gets the next number. */
async function segments(path: string): Promise<string[]> {
  const number = (name: string): number => Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(basename(path)) && /^(\.\d+)?$/.test(name.slice(basename(path).length)))
    .sort((a, b) => number(a) - number(b))
    .map((name) => join(dirname(path), name));
}

function parsed(line: string): AuditLine | undefined {
  try {
    return JSON.parse(line) as AuditLine;
  } catch {
    return undefined;
  }
}

/** Whether one of the texts is anywhere in the files of a folder. */
export async function folderHolds(folder: string, texts: readonly string[]): Promise<boolean> {
  const longest = Math.max(0, ...texts.map((text) => text.length));
  for (const name of await readdir(folder).catch(() => [])) {
    let rest = '';
    // Byte for byte, whatever the encoding: tokens are ASCII.
    for await (const chunk of createReadStream(join(folder, name), { encoding: 'latin1' })) {
      const text = rest + String(chunk);
      if (texts.some((one) => text.includes(one))) return true;
      rest = text.slice(-longest);
    }
  }
  return false;
}
