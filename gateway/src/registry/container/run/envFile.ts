import { splitOnce } from '../fields.ts';
import type { Field } from '../problem.ts';

/**
 * A file of `--env-file`, as Docker's client reads it: `NAME=value` a line, the value unchanged, without quotes or escapes;
 * `NAME` alone takes the value from the environment, if it is there; lines that begin with `#` are comments.
 */
export function envFile(text: string, env: ReadonlyMap<string, string>): Field<Map<string, string>> {
  const read = new Map<string, string>();
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const [name, inline] = splitOnce(content, '=');
    if (!/^[^\s\0]+$/.test(name) || inline?.includes('\0') === true) {
      return { message: `has no variable in line ${index + 1}`, fix: 'write NAME=value, one a line' };
    }
    const value = inline ?? env.get(name);
    if (value !== undefined) read.set(name, value);
  }
  return { value: read };
}
