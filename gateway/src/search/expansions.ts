import { synonymsOf } from './synonyms.ts';
import type { ToolIndex } from './toolIndex.ts';

/** Terms that a query word may mean, with their weight. */
export interface Expansion {
  readonly word: string;
  readonly weight: number;
}

const synonymWeight = 0.45;
const prefixWeight = 0.5;
const typoWeight = 0.4;
/** Minimum letters of a prefix match, and of a word to be matched with a typo. */
const minPrefix = 3;
const minTypo = 4;
/** Of what begins so, the first ones in alphabetical order. */
const maxPrefixed = 8;

/** The word itself, what it may be called otherwise, what begins with it; where there is none of these, what differs by one letter. */
export function expansionsOf(word: string, indexes: readonly ToolIndex[]): Expansion[] {
  const found = new Map<string, number>();
  const add = (meant: string, weight: number): void => {
    if ((found.get(meant) ?? 0) < weight && indexes.some((index) => index.posting(meant) !== undefined))
      found.set(meant, weight);
  };
  add(word, 1);
  for (const synonym of synonymsOf(word)) add(synonym, synonymWeight);
  if (word.length >= minPrefix)
    for (const index of indexes) for (const longer of beginning(index, word)) add(longer, prefixWeight);
  if (found.size === 0 && word.length >= minTypo)
    for (const index of indexes) for (const near of misspelled(index, word)) add(near, typoWeight);
  return [...found].map(([meant, weight]) => ({ word: meant, weight }));
}

function beginning({ words }: ToolIndex, prefix: string): string[] {
  const found: string[] = [];
  for (let at = firstFrom(words, prefix); found.length < maxPrefixed; at++) {
    const word = words[at];
    if (word?.startsWith(prefix) !== true) break;
    if (word !== prefix) found.push(word);
  }
  return found;
}

/** Words with the same first letter that one letter more, less or other makes of it, or two letters that changed places. */
function misspelled({ words }: ToolIndex, word: string): string[] {
  const first = word[0] ?? '';
  const found: string[] = [];
  for (let at = firstFrom(words, first); words[at]?.startsWith(first) === true; at++) {
    const other = words[at] ?? '';
    if (isOneLetterOff(word, other)) found.push(other);
  }
  return found;
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
