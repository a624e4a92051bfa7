import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { declarationsOf } from './syntax/declarations.ts';
import { parseSource } from './syntax/parse.ts';

/** The source files that declare a qualified name, by their paths from the root of the checkout. */
export async function filesDeclaring(root: string, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  const last = name.split('.').at(-1) ?? name;
  for await (const file of glob('{gateway/{src,setup},web/src}/**/*.{ts,mjs}', { cwd: root })) {
    if (/\.test\.(ts|mjs)$/.test(file)) continue;
    const text = await readFile(join(root, file), 'utf8');
    if (text.includes(last) && declarationsOf(parseSource(file, text)).has(name)) found.push(file);
  }
  return found.sort();
}
