import { realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** The path of `name` beside a file: where that is a symbolic link, beside what it leads to. The file need not exist. */
export async function besideFile(path: string, name: string): Promise<string> {
  const target = await realpath(path).catch(() => resolve(path));
  return join(dirname(target), name);
}
