import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';

/** Whether a YAML text stands for this value: an edit in place is used only then. */
export function means(text: string, wanted: unknown): boolean {
  try {
    return isDeepStrictEqual(parse(text, { logLevel: 'error' }), wanted);
  } catch {
    return false;
  }
}
