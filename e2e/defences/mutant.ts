import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim } from './claim.ts';
import { filesDeclaring } from './sources.ts';
import { mutate } from './syntax/operators.ts';
import { parseSource, syntaxError } from './syntax/parse.ts';
import { resolve } from './syntax/resolve.ts';

/**
 * The text of a claim's file with its node mutated.
 * @throws Error when the file, the declaration or the node is not found, or several are; it names candidates
 */
export async function mutant(root: string, { file, anchor, operator }: Claim): Promise<string> {
  const text = await readFile(join(root, file), 'utf8').catch(() => undefined);
  if (text === undefined) {
    const elsewhere = await filesDeclaring(root, anchor.in);
    throw new Error(
      `${file} does not exist. Files that declare ${anchor.in}: ${elsewhere.join(', ') || 'none'}.`,
    );
  }
  const source = parseSource(file, text);
  const changed = mutate(source, resolve(source, anchor), operator);
  if (changed === text) throw new Error(`The mutant of ${anchor.in} in ${file} is equal to the original.`);
  const error = syntaxError(file, changed);
  if (error !== undefined) throw new Error(`The mutant of ${anchor.in} in ${file} does not parse: ${error}`);
  return changed;
}
