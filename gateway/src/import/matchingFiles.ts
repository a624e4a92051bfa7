import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';

/**
 * The files that are there under an absolute path in which names may have a `*` each, which stands for any characters, in order.
 * A folder that cannot be listed has none. (Node's own `globSync` warns that it is experimental before 22.17.)
 */
export function matchingFiles(pattern: string): readonly string[] {
  if (!pattern.includes('*')) return existsSync(pattern) ? [pattern] : [];
  const { base, root } = parse(pattern);
  const folder = dirname(pattern);
  const folders = folder === root ? [root] : matchingFiles(folder);
  return folders.flatMap((each) => {
    if (!base.includes('*')) return matchingFiles(join(each, base));
    return namesIn(each)
      .filter((name) => matches(name, base))
      .map((name) => resolve(each, name));
  });
}

function matches(name: string, pattern: string): boolean {
  const [before = '', after = ''] = pattern.split('*');
  return name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
