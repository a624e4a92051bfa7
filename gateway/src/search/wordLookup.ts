import { beginning, misspelled } from './expansions.ts';
import type { Searched } from './search.ts';
import type { Posting, ToolIndex } from './toolIndex.ts';

/** A word that at least one tool has. */
export interface FoundWord {
  /** BM25's inverse document frequency: the rarer a word is among the tools that may be found, the higher its weight. */
  readonly rarity: number;
  /** Per server. */
  readonly postings: readonly (Posting | undefined)[];
}

/** Of what begins so, the first ones in alphabetical order. */
const maxPrefixed = 8;

/** Looks words up among the tools that may be found; those that only other tools have do not exist. */
export class WordLookup {
  readonly #searched: readonly Searched[];
  readonly #tools: number;
  readonly #known = new Map<string, FoundWord | undefined>();

  constructor(searched: readonly Searched[]) {
    this.#searched = searched;
    this.#tools = searched.reduce(
      (sum, { usable }) => sum + usable.reduce((count, one) => count + one, 0),
      0,
    );
  }

  find(word: string): FoundWord | undefined {
    if (!this.#known.has(word)) this.#known.set(word, this.#read(word));
    return this.#known.get(word);
  }

  beginning(prefix: string): string[] {
    return this.#words((index) => beginning(index, prefix), maxPrefixed);
  }

  misspelled(word: string): string[] {
    return this.#words((index) => misspelled(index, word), Infinity);
  }

  #words(of: (index: ToolIndex) => Iterable<string>, most: number): string[] {
    return this.#searched.flatMap(({ index }) => {
      const found: string[] = [];
      for (const word of of(index)) {
        if (found.length >= most) break;
        if (this.find(word) !== undefined) found.push(word);
      }
      return found;
    });
  }

  #read(word: string): FoundWord | undefined {
    const postings = this.#searched.map(({ index }) => index.posting(word));
    let count = 0;
    for (const [at, { usable }] of this.#searched.entries()) {
      const { places } = postings[at] ?? { places: [] };
      for (let n = 0; n < places.length; n++) count += usable[places[n] ?? 0] ?? 0;
    }
    if (count === 0) return undefined;
    return { postings, rarity: Math.log(1 + (this.#tools - count + 0.5) / (count + 0.5)) };
  }
}
