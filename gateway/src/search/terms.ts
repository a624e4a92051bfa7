import { vocabulary } from './vocabulary.ts';
import { isStopWord, stemsOf } from './words.ts';
import type { FoundWord, WordLookup } from './wordLookup.ts';

/** One part of a query: the words that tools may have for it, and how much each counts. Only the best match of a term counts. */
export type Term = ReadonlyMap<FoundWord, number>;

/** Maximum words searched per wording. */
const maxWords = 64;
const prefixWeight = 0.3;
const typoWeight = 0.4;
/** Minimum letters of a prefix match, and of a word to be matched with a typo. */
const minPrefix = 3;
const minTypo = 4;

/** Words of a phrase that has a meaning of its own count less by themselves: `get` in `get rid of`. */
const inPhrase = 0.5;
/** Words that most requests have. */
const weak = {
  weight: 0.4,
  words: new Set(
    stemsOf(`
  all also come do get give go have just keep know let like look make more most much need new now one only other please put say see set
  some still take tell thing very want way work`),
  ),
};
/** One who asks wants something read. */
const question = {
  weight: 0.5,
  words: new Set(stemsOf('are can did do does had has have how is was were what when where which who why')),
  reading: stemsOf('count describe find get history list query read retrieve search show status view'),
};

/** What a wording asks for: its phrases, and its words with what they may be called otherwise. */
export function termsOf(wording: string, lookup: WordLookup): Term[] {
  const stems = stemsOf(wording).slice(0, maxWords);
  const { terms, covered } = phrasesOf(stems, lookup);
  if (question.words.has(stems[0] ?? ''))
    terms.push(
      termOf(
        question.reading.map((word) => [word, question.weight]),
        lookup,
      ),
    );
  const seen = new Set<string>();
  for (const [at, word] of stems.entries()) {
    if (seen.has(word) || isStopWord(word)) continue;
    seen.add(word);
    terms.push(wordTerm(word, covered.has(at), lookup));
  }
  return terms.filter(({ size }) => size > 0);
}

/** The longest phrase that begins at each word, and the words that are part of one. */
function phrasesOf(stems: readonly string[], lookup: WordLookup): { terms: Term[]; covered: Set<number> } {
  const { meanings, longest } = vocabulary();
  const terms: Term[] = [];
  const covered = new Set<number>();
  for (let at = 0; at < stems.length; at++)
    for (let length = Math.min(longest, stems.length - at); length > 1; length--) {
      const meant = meanings.get(stems.slice(at, at + length).join(' '));
      if (meant === undefined) continue;
      const term = termOf(meant, lookup);
      if (term.size > 0) for (let n = 0; n < length; n++) covered.add(at + n);
      terms.push(term);
      break;
    }
  return { terms, covered };
}

function wordTerm(word: string, covered: boolean, lookup: WordLookup): Term {
  const meant = vocabulary().meanings.get(word);
  const strength = weak.words.has(word) ? weak.weight : 1;
  const weighted: [string, number][] = [[word, covered ? inPhrase * strength : strength]];
  for (const [other, weight] of meant ?? []) weighted.push([other, weight * strength]);
  if (word.length >= minPrefix)
    for (const longer of lookup.beginning(word)) weighted.push([longer, prefixWeight * strength]);
  const term = termOf(weighted, lookup);
  if (term.size > 0 || meant !== undefined || word.length < minTypo) return term;
  return termOf(
    lookup.misspelled(word).map((near) => [near, typoWeight]),
    lookup,
  );
}

function termOf(words: Iterable<readonly [string, number]>, lookup: WordLookup): Map<FoundWord, number> {
  const term = new Map<FoundWord, number>();
  for (const [word, weight] of words) {
    const found = lookup.find(word);
    if (found !== undefined) term.set(found, Math.max(weight, term.get(found) ?? 0));
  }
  return term;
}
