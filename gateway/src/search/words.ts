/** Maximum characters indexed per text, so that one description cannot fill the index. */
const maxText = 20_000;
const maxWord = 40;

/** Stop words: they occur in every sentence and don't distinguish tools. */
const stopWords = new Set(
  `a an and are as at be by can do does for from has have i if in into is it its me my of on or our so some that the their then
  there this to use used using want was we what when where which will with you your`.split(/\s+/),
);

/**
 * The words of a text or a name, as the index knows them: split at everything that is no letter or digit and inside camelCase, in
 * lower case, without accents, by their stem. Words that tell nothing are left out.
 */
export function wordsOf(text: string): string[] {
  return splitWords(text)
    .filter((word) => !stopWords.has(word))
    .map(stem);
}

/** What two spellings of one name have in common: `createIssue`, `create_issue` and `Create issue`. */
export function nameKey(text: string): string {
  return splitWords(text).join(' ');
}

function splitWords(text: string): string[] {
  return text
    .slice(0, maxText)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, maxWord));
}

/** The common part of the forms of an English word: `create`, `creates`, `creating`, `created`, `creation`. */
export function stem(word: string): string {
  if (word.length < 4 || /\p{N}/u.test(word)) return word;
  const singular = word.endsWith('ies')
    ? `${word.slice(0, -3)}y`
    : /[^sui]s$/.test(word)
      ? word.slice(0, -1)
      : word;
  const bare = withoutEnding(singular);
  return bare.length > 3 && bare.endsWith('e') ? bare.slice(0, -1) : bare;
}

function withoutEnding(word: string): string {
  const ending = ['ation', 'ing', 'ion', 'ed'].find((one) => word.endsWith(one));
  if (ending === undefined) return word;
  const rest = word.slice(0, -ending.length);
  if (rest.length < 3 || !/[aeiouy]/.test(rest)) return word;
  // `creation` has the stem of `create`, `information` that of `inform`.
  const bare = ending === 'ation' && isVerbInAte(rest) ? `${rest}at` : rest;
  return /([bdfgmnprt])\1$/.test(bare) ? bare.slice(0, -1) : bare;
}

/** `cre`, `transl`: what is left before `-ation` of a verb that ends in `-ate`. */
function isVerbInAte(rest: string): boolean {
  return !/(?:rm|nt|rt|fig|ent|end|form|ist)$/.test(rest);
}
