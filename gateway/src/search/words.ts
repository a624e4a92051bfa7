/** Maximum characters indexed per text, so that one description cannot fill the index. */
const maxText = 20_000;
const maxWord = 40;

/** Stop words: they occur in every sentence and don't distinguish tools. */
const stopWords = new Set(
  `a an and are as at be by can do does for from has have i if in into is it its me my of on or our so some that the their then
  there this to use used using want was we what when where which will with you your`.split(/\s+/),
);

/** Forms that no rule makes from the verb or noun. */
const irregular = new Map(
  Object.entries({
    become: 'became',
    begin: 'began begun',
    break: 'broke broken',
    bring: 'brought',
    build: 'built',
    buy: 'bought',
    catch: 'caught',
    child: 'children',
    choose: 'chose chosen',
    come: 'came',
    do: 'did done',
    draw: 'drew drawn',
    drive: 'drove driven',
    feel: 'felt',
    find: 'found',
    get: 'got gotten',
    give: 'gave given',
    go: 'went gone',
    hide: 'hid hidden',
    hold: 'held',
    index: 'indices',
    keep: 'kept',
    know: 'knew known',
    leave: 'left',
    lose: 'lost',
    make: 'made',
    man: 'men',
    matrix: 'matrices',
    meet: 'met',
    pay: 'paid',
    person: 'people',
    run: 'ran',
    say: 'said',
    see: 'saw seen',
    sell: 'sold',
    send: 'sent',
    speak: 'spoke spoken',
    spend: 'spent',
    take: 'took taken',
    teach: 'taught',
    tell: 'told',
    think: 'thought',
    throw: 'threw thrown',
    vertex: 'vertices',
    win: 'won',
    woman: 'women',
    write: 'wrote written writing',
  }).flatMap(([base, forms]) => forms.split(' ').map((form) => [form, base] as const)),
);

const stopStems = new Set([...stopWords].map(stem));

/**
 * The words of a text or a name, as the index knows them: split at everything that is not a letter or digit and inside camelCase, in
 * lower case, without accents, by their stem. Words that tell nothing are left out.
 */
export function wordsOf(text: string): string[] {
  return splitWords(text)
    .filter((word) => !stopWords.has(word))
    .map(stem);
}

/** All words of a text by their stems, in their order. */
export function stemsOf(text: string): string[] {
  return splitWords(text).map(stem);
}

/** Whether a stem is that of a stop word. */
export function isStopWord(stemmed: string): boolean {
  return stopStems.has(stemmed);
}

/** What two spellings of one name have in common: `createIssue`, `create_issue` and `Create issue`. */
export function nameKey(text: string): string {
  return splitWords(text).join(' ');
}

function splitWords(text: string): string[] {
  const bounded = text.slice(0, maxText);
  const words = isPlain.test(bounded) ? bounded.split(' ') : splitAny(bounded);
  return words.filter((word) => word !== '').map((word) => word.slice(0, maxWord));
}

/** Most queries, and the vocabulary: nothing but words in lower case. */
const isPlain = /^[a-z0-9 ]*$/;

function splitAny(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
}

/** The common part of the forms of an English word: `create`, `creates`, `creating`, `created`, `creation`. */
function stem(given: string): string {
  const word = irregular.get(given) ?? given;
  if (word.length < 4 || /\p{N}/u.test(word)) return word;
  const singular = /ie[sd]$/.test(word)
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
