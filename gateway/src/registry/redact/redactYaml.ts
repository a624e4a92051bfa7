import { isAlias, isMap, isScalar, isSeq, Lexer, parseDocument, type Document, type Scalar } from 'yaml';
import { clientSchema } from '../schema/clientSchema.ts';
import { shownArgs } from '../container/run/dockerSecrets.ts';
import { imageEntryKeys } from '../container/imageEntry.ts';
import { httpServerSchema } from '../schema/server/httpServer.ts';
import { processServerSchema } from '../schema/server/processServer.ts';
import { settingsSchema } from '../schema/settingsSchema.ts';

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
 * they hold. A text that is no YAML is left out as a whole.
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

interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function spliced(text: string, splices: readonly Splice[]): string {
  let result = '';
  let done = 0;
  for (const { from, to, text: part } of splices.toSorted((a, b) => a.from - b.from)) {
    result += text.slice(done, from) + part;
    done = to;
  }
  return result + text.slice(done);
}

function spliceOf(text: string, { range }: Scalar, replacement: string): Splice | undefined {
  if (!range) return undefined;
  const [from, to] = range;
  // A block scalar ends after its last line.
  return { from, to, text: text.slice(from, to).endsWith('\n') ? `${replacement}\n` : replacement };
}

// ------------------------------------------------------------------------------------- where secrets stand

interface SecretScalar {
  readonly place: string;
  readonly value: string;
  readonly node: Scalar;
}

const secretKey = /^(management_)?token/;
const shown = {
  lmcp: withoutSecrets(Object.keys(settingsSchema.shape)),
  clients: withoutSecrets(Object.keys(clientSchema.shape)),
  servers: withoutSecrets([
    ...Object.keys(processServerSchema.shape),
    ...Object.keys(httpServerSchema.shape),
    ...imageEntryKeys,
  ]),
} as const;

function withoutSecrets(keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.filter((key) => !secretKey.test(key) && key !== 'env' && key !== 'headers'));
}

function secretScalars(document: Document): SecretScalar[] {
  return entriesOf(document, document.contents).flatMap(([section, value]) => {
    if (section === 'lmcp') return below(document, 'lmcp', value, shown.lmcp);
    if (section !== 'clients' && section !== 'servers') return scalarsIn(document, section, value);
    return entriesOf(document, value).flatMap(([id, entry]) =>
      below(document, `${section}.${id}`, entry, shown[section]),
    );
  });
}

/** The secrets of one section: whatever stands under a key that is not known to hold none. */
function below(
  document: Document,
  place: string,
  section: unknown,
  known: ReadonlySet<string>,
): SecretScalar[] {
  if (!isMap(resolved(document, section))) return scalarsIn(document, place, section);
  const entries = entriesOf(document, section);
  const command = entries.find(([key]) => key === 'command')?.[1];
  return entries.flatMap(([key, value]) => {
    if (key === 'args') return secretArguments(document, `${place}.args`, value, resolved(document, command));
    return known.has(key) ? [] : scalarsIn(document, `${place}.${key}`, value);
  });
}

/** The arguments of `command: docker` that write out the value of a variable. */
function secretArguments(document: Document, place: string, raw: unknown, command: unknown): SecretScalar[] {
  const args = resolved(document, raw);
  if (!isSeq(args)) return [];
  const values = args.items.map((item) => scalarValue(resolved(document, item)));
  const shownArguments = shownArgs(scalarValue(command), values) as readonly unknown[];
  return args.items.flatMap((item, index) =>
    shownArguments[index] === values[index] ? [] : scalarsIn(document, `${place}[${index}]`, item),
  );
}

function scalarValue(node: unknown): unknown {
  return isScalar(node) ? node.value : undefined;
}

/** Every scalar that holds something. An alias leads to where the secret is written, outside of what it is part of. */
function scalarsIn(
  document: Document,
  place: string,
  raw: unknown,
  above: readonly unknown[] = [],
): SecretScalar[] {
  const node = resolved(document, raw);
  if (above.includes(node)) return [];
  const within = [...above, node];
  if (isScalar(node)) {
    const held = node.value === null || node.value === '';
    return held ? [] : [{ place, value: String(node.value), node }];
  }
  if (isSeq(node)) {
    return node.items.flatMap((item, index) => scalarsIn(document, `${place}[${index}]`, item, within));
  }
  return entriesOf(document, node).flatMap(([key, value]) =>
    scalarsIn(document, `${place}.${key}`, value, within),
  );
}

function entriesOf(document: Document, raw: unknown): [key: string, value: unknown][] {
  const node = resolved(document, raw);
  if (!isMap(node)) return [];
  return node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value]);
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

// ------------------------------------------------------------------------------------- secrets in comments

/** Shorter values are words that stand everywhere. */
const shortestSecret = 8;

/** A line that was commented out keeps its secret. */
const commentedOut =
  /((?:token|secret|passw(?:or)?d|passphrase|credential|authorization|api[_-]?key)[\w-]*["']?\s*[:=]\s*)\S.*/i;

function commentSplices(text: string, secrets: readonly string[]): Splice[] {
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

/** Tokens that the lexer puts in without taking them from the text. */
const scalarMark = '\x1f';
const marks: ReadonlySet<string> = new Set(['\x02', '\x18', scalarMark]);

function commentsOf(text: string): { readonly from: number; readonly to: number }[] {
  const comments: { from: number; to: number }[] = [];
  let at = 0;
  let scalarFollows = false;
  for (const token of new Lexer().lex(text)) {
    if (scalarFollows || !marks.has(token)) {
      if (token.startsWith('#') && !scalarFollows) comments.push({ from: at, to: at + token.length });
      at += token.length;
      scalarFollows = false;
    } else scalarFollows = token === scalarMark;
  }
  return comments;
}
