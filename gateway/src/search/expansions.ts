import type { ToolIndex } from './toolIndex.ts';

/** Words of an index that begin with this one, in alphabetical order. */
export function* beginning({ words }: ToolIndex, prefix: string): Generator<string> {
  for (let at = firstFrom(words, prefix); words[at]?.startsWith(prefix) === true; at++) {
    const word = words[at] ?? '';
    if (word !== prefix) yield word;
  }
}

/** Words with the same first letter that one letter more, less or other makes of it, or two letters that changed places. */
export function* misspelled({ words }: ToolIndex, word: string): Generator<string> {
  const first = word[0] ?? '';
  for (let at = firstFrom(words, first); words[at]?.startsWith(first) === true; at++) {
    const other = words[at] ?? '';
    if (isOneLetterOff(word, other)) yield other;
  }
}

/** The index of the first word that does not sort before this one. */
function firstFrom(words: readonly string[], word: string): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] ?? '') < word) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function isOneLetterOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
