import { splitOnce } from '../fields.ts';
import type { Field } from '../problem.ts';

/**
 * A file of `--env-file`, as Docker's client reads it: `NAME=value` a line, the value unchanged, without quotes or escapes;
 * `NAME` alone takes the value from the environment, if it is there; lines that begin with `#` are comments. White space
 * before a name is what Unicode calls so: JavaScript's `\s` has a byte order mark, and not U+0085.
 */
export function envFile(text: string, env: ReadonlyMap<string, string>): Field<Map<string, string>> {
  const read = new Map<string, string>();
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (const [index, line] of lines.entries()) {
    const content = line.replace(/\r$/, '').replace(/^\p{White_Space}+/u, '');
    if (content === '' || content.startsWith('#')) continue;
    const [name, inline] = splitOnce(content, '=');
    if (!/^[^ \t\0]+$/.test(name) || inline?.includes('\0') === true) {
      return { message: `has no variable in line ${index + 1}`, fix: 'write NAME=value, one a line' };
    }
    const value = inline ?? env.get(name);
    if (value !== undefined) read.set(name, value);
  }
  return { value: read };
}
