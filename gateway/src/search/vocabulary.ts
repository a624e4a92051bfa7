import { code } from './vocabulary/code.ts';
import { data } from './vocabulary/data.ts';
import { everyday } from './vocabulary/everyday.ts';
import { systems } from './vocabulary/systems.ts';
import { web } from './vocabulary/web.ts';
import { work } from './vocabulary/work.ts';
import { world } from './vocabulary/world.ts';
import { stemsOf } from './words.ts';

/** How much a word counts that stands for another, relative to the word itself. */
const weights = { same: 0.7, meant: 0.75, phrase: 1 };

/** What a word or phrase may be called in a tool's definition: stems, with their weight. */
type Meanings = ReadonlyMap<string, number>;

export interface Vocabulary {
  /** By the stems of a word or phrase, joined by spaces. */
  readonly meanings: ReadonlyMap<string, Meanings>;
  /** Words of the longest phrase. */
  readonly longest: number;
}

/**
 * Reads lines of two kinds; `#` begins a heading. `issue = ticket = bug`: each may be called by the others. `get rid of, throw
 * away > delete, remove`: one who says what is on the left may mean the words on the right.
 * @throws Error for a line that is neither
 */
export function readVocabulary(text: string): Vocabulary {
  const meanings = new Map<string, Map<string, number>>();
  let longest = 0;
  const add = (said: readonly string[], words: readonly string[], weight: number): void => {
    const key = said.join(' ');
    const known = meanings.get(key) ?? new Map<string, number>();
    meanings.set(key, known);
    for (const word of words) if (word !== key) known.set(word, Math.max(weight, known.get(word) ?? 0));
    longest = Math.max(longest, said.length);
  };
  for (const line of text.split('\n').filter((one) => one.trim() !== '' && !one.startsWith('#'))) {
    const [left = '', right, ...more] = line.split('>');
    const items = left.split(right === undefined ? '=' : ',').map(stemsOf);
    const words = right === undefined ? [] : stemsOf(right);
    const short = right === undefined ? items.length < 2 : words.length === 0;
    if (short || more.length > 0 || items.some((item) => item.length === 0))
      throw new Error(`not a line of a vocabulary: ${line}`);
    for (const item of items)
      if (right !== undefined) add(item, words, item.length > 1 ? weights.phrase : weights.meant);
      // A name of several words is found by its words, but none of them means the whole.
      else add(item, items.filter((other) => other.length === 1).flat(), weights.same);
  }
  return { meanings, longest };
}

let read: Vocabulary | undefined;

/** The vocabulary of this trade; read when it is first asked for. */
export function vocabulary(): Vocabulary {
  return (read ??= readVocabulary([everyday, code, web, work, data, systems, world].join('\n')));
}
