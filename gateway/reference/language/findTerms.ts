import type { Term } from './terms.ts';

/** A word in a text that LMCP has another word for. */
export interface FoundTerm {
  readonly line: number;
  readonly found: string;
  readonly use: string;
}

/** Every word of `terms` in a text, also where it is wrapped over two lines of prose or of a comment. */
export function findTerms(text: string, terms: readonly Term[]): FoundTerm[] {
  const unwrapped = text.replace(/\n[ \t]*(?:\*|\/\/|#)?[ \t]*/g, (wrap) => ' '.repeat(wrap.length));
  return terms.flatMap(({ not, use }) =>
    [...unwrapped.matchAll(patternOf(not))].map(({ 0: found, index }) => ({
      line: text.slice(0, index).split('\n').length,
      found: found.replace(/ +/g, ' '),
      use,
    })),
  );
}

function patternOf(phrases: readonly string[]): RegExp {
  const alternatives = phrases.map((phrase) => phrase.replaceAll(' ', ' +'));
  return new RegExp(`(?<![\\w-])(?:${alternatives.join('|')})(?![\\w-])`, 'gi');
}
