import { parseDocument } from 'yaml';
import { commentsOf } from './comments.ts';
import { secretScalars } from './secretScalars.ts';
import { spliced, spliceOf, type Splice } from './splice.ts';

/** A secret's text by its place in the registry (`clients.codex.token[0]`). */
export type Secrets = ReadonlyMap<string, string>;

/** A registry's text that may be shown. */
export interface RedactedYaml {
  readonly text: string;
  /** What was taken out, to tell in the next text which of them changed. */
  readonly secrets: Secrets;
}

/**
 * The text of a registry with each secret as `<redacted>`, or `<redacted, changed>` where `before` has another one at the same
 * place; comments and layout stay. Keys that the registry does not know are taken for secrets, because nobody can say what
 * they hold. A text that is not YAML is left out as a whole.
 * @param before the secrets of the text that this one is compared with
 */
export function redactYaml(text: string, before: Secrets = new Map()): RedactedYaml {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0) return { text: '', secrets: new Map() };
  const found = secretScalars(document);
  const secrets = new Map(found.map(({ place, value }) => [place, value]));
  const splices = new Map<number, Splice>();
  for (const { place, value, node } of found) {
    const earlier = before.get(place);
    const changed = earlier !== undefined && earlier !== value;
    const splice = spliceOf(text, node, changed ? '<redacted, changed>' : '<redacted>');
    if (splice !== undefined) splices.set(splice.from, splice);
  }
  const values = [...secrets.values(), ...before.values()];
  for (const splice of commentSplices(text, values)) splices.set(splice.from, splice);
  return { text: spliced(text, [...splices.values()]), secrets };
}

/** Shorter values are words that occur everywhere. */
const shortestSecret = 8;

/** A line that was commented out keeps its secret. */
const commentedOut =
  /((?:token|secret|passw(?:or)?d|passphrase|credential|authorization|api[_-]?key)[\w-]*["']?\s*[:=]\s*)\S.*/i;

/** Takes secrets out of comments: those that are known, and what a line that was commented out holds. */
export function commentSplices(text: string, secrets: readonly string[]): Splice[] {
  const long = [...new Set(secrets)]
    .filter((secret) => secret.length >= shortestSecret)
    .sort((a, b) => b.length - a.length);
  return commentsOf(text).flatMap(({ from, to }) => {
    const comment = text.slice(from, to);
    const known = long.reduce((left, secret) => left.replaceAll(secret, '<redacted>'), comment);
    const shownComment = known.replace(commentedOut, '$1<redacted>');
    return shownComment === comment ? [] : [{ from, to, text: shownComment }];
  });
}
