import { LineCounter, parseDocument, type Document } from 'yaml';
import { isRecord } from '../../json/isRecord.ts';
import type { Problem } from '../yaml/problem.ts';
import { commentsOf } from './comments.ts';
import { aliasesOf, scalarsOf } from './places.ts';
import { commentSplices } from './redactYaml.ts';
import { secretScalars } from './secretScalars.ts';
import { spliced, spliceOf, type Splice } from './splice.ts';

/** A registry's text for an editor: each secret is a placeholder, which leads back to the secret at the same place. */
export interface EditableYaml {
  readonly text: string;
  /** By the place where it is written (`clients.codex.token`, `servers.a.args[2]`). */
  readonly secrets: ReadonlyMap<string, HiddenSecret>;
  /** Comments as they are shown, with what the file has there, in its order. */
  readonly comments: ReadonlyMap<string, readonly string[]>;
}

interface HiddenSecret {
  readonly placeholder: string;
  /** As the file has it, with its quotes. */
  readonly source: string;
  readonly value: unknown;
}

export type Restored =
  | {
      readonly ok: true;
      readonly text: string;
      /** Places that got their secret back. */
      readonly places: readonly string[];
      /** The line of the edited text for one of the restored text: a secret may take several. */
      readonly lineOf: (line: number) => number;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const placeholderPattern = /^<redacted(?: (\d+))?(?:, changed)?>$/;
const anyPlaceholder = /<redacted[^>]*>/;

/**
 * The text of a valid registry as an editor shows it. Items of lists have numbered placeholders: one that is removed leaves the
 * others as they are.
 */
export function editableYaml(text: string): EditableYaml {
  const document = parse(text);
  const secrets = new Map<string, HiddenSecret>();
  const splices = new Map<number, Splice>();
  const hidden = new Set(secretScalars(document).map(({ node }) => node));
  for (const { place, node } of scalarsOf(document)) {
    const placeholder = placeholderAt(place);
    const splice = hidden.has(node) ? spliceOf(text, node, placeholder) : undefined;
    if (splice === undefined) continue;
    const source = text.slice(splice.from, splice.to).replace(/\n$/, '');
    secrets.set(place, { placeholder, source, value: node.value });
    splices.set(splice.from, splice);
  }
  const comments = Map.groupBy(
    commentSplices(
      text,
      [...secrets.values()].map(({ value }) => String(value)),
    ),
    (splice) => splice.text,
  );
  for (const splice of [...comments.values()].flat()) splices.set(splice.from, splice);
  return {
    text: spliced(text, [...splices.values()]),
    secrets,
    comments: new Map(
      [...comments].map(([shown, all]) => [shown, all.map(({ from, to }) => text.slice(from, to))]),
    ),
  };
}

/**
 * Puts the secrets of the original back where the edited text has their placeholders. A placeholder that leads to no secret is a
 * problem, so that none is ever written into the file; so is an alias that leads to one and did not before, so that no secret is
 * brought to another place.
 * @param edited what became of `editableYaml(original).text`
 */
export function restoreSecrets(edited: string, original: string): Restored {
  const { secrets, comments } = editableYaml(original);
  const document = parse(edited);
  const lines = new Lines(edited);
  const problems: Problem[] = [];
  const found: { place: string; splice: Splice; value: unknown }[] = [];
  for (const { place, node } of scalarsOf(document)) {
    const home = homeOf(place, node.value);
    if (home === undefined) continue;
    const secret = secrets.get(home);
    const splice = spliceOf(edited, node, '');
    if (secret === undefined || secret.placeholder !== node.value || splice === undefined) {
      problems.push(lines.problem(place, node.range?.[0] ?? 0, noValue, lostFix));
    } else found.push({ place: home, splice, value: secret.value });
  }
  const before = new Map(
    aliasesOf(parse(original), isPlaceholder).map(({ place, target }) => [place, target]),
  );
  for (const { place, offset, target, holds } of aliasesOf(document, isPlaceholder))
    if (holds && before.get(place) !== target) problems.push(lines.problem(place, offset, noValue, lostFix));
  const restoredComments = restoreComments(edited, comments, (at) =>
    problems.push(
      lines.problem('', at, 'the comment holds a placeholder in place of a hidden value', commentFix),
    ),
  );
  if (problems.length > 0) return { ok: false, problems };
  const sourceOf = (quoted: boolean): Splice[] =>
    found.map(({ place, splice, value }) => {
      const end = splice.text === '' ? '' : '\n';
      return {
        ...splice,
        text: (quoted ? JSON.stringify(String(value)) : (secrets.get(place)?.source ?? '')) + end,
      };
    });
  const asWritten = [...sourceOf(false), ...restoredComments];
  // In another layout the source of a secret may mean something else.
  const splices = isSame(document, spliced(edited, asWritten), secrets)
    ? asWritten
    : [...sourceOf(true), ...restoredComments];
  return {
    ok: true,
    text: spliced(edited, splices),
    places: found.map(({ place }) => place),
    lineOf: lineMap(edited, splices),
  };
}

const noValue = 'the placeholder stands for no hidden value here';
const lostFix =
  'write the value again, or leave the placeholder at its place; new tokens of clients are made under Clients';
const commentFix = 'leave the comment as it was, or remove the placeholder';

function parse(text: string): Document {
  return parseDocument(text, { prettyErrors: false, logLevel: 'error' });
}

function placeholderAt(place: string): string {
  const [, index] = /\[(\d+)\]$/.exec(place) ?? [];
  return index === undefined ? '<redacted>' : `<redacted ${Number(index) + 1}>`;
}

function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && placeholderPattern.test(value);
}

/** Where the secret of a placeholder is in the original; undefined for any other value. */
function homeOf(place: string, value: unknown): string | undefined {
  const match = typeof value === 'string' ? placeholderPattern.exec(value) : null;
  if (match === null) return undefined;
  const [, number] = match;
  return number === undefined ? place : place.replace(/\[\d+\]$/, `[${Number(number) - 1}]`);
}

/** The value of an edited text without what its placeholders stand for: what somebody entered. */
export function withoutPlaceholders(value: unknown): unknown {
  if (isPlaceholder(value)) return undefined;
  if (Array.isArray(value)) return value.map(withoutPlaceholders);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutPlaceholders(each)]));
}

/** Comments that stand as they were shown get back what they hid, those with the same text in their order. */
function restoreComments(
  edited: string,
  comments: EditableYaml['comments'],
  lost: (at: number) => void,
): Splice[] {
  const left = new Map([...comments].map(([shown, sources]) => [shown, [...sources]]));
  return commentsOf(edited).flatMap(({ from, to }) => {
    const comment = edited.slice(from, to);
    if (!anyPlaceholder.test(comment)) return [];
    const source = left.get(comment)?.shift();
    if (source !== undefined) return [{ from, to, text: source }];
    lost(from);
    return [];
  });
}

/** Whether the restored text says what the edited one does, with the secrets in place of their placeholders. */
function isSame(edited: Document, restored: string, secrets: EditableYaml['secrets']): boolean {
  const [before, after] = [scalarsOf(edited), scalarsOf(parse(restored))];
  return (
    before.length === after.length &&
    before.every(({ place, node }, at) => {
      const other = after[at];
      if (other?.place !== place) return false;
      const home = homeOf(place, node.value);
      return other.node.value === (home === undefined ? node : secrets.get(home))?.value;
    })
  );
}

function lineMap(edited: string, splices: readonly Splice[]): (line: number) => number {
  const steps = splices
    .toSorted((a, b) => a.from - b.from)
    .map(({ from, to, text }) => ({
      line: edited.slice(0, from).split('\n').length,
      more: text.split('\n').length - edited.slice(from, to).split('\n').length,
    }));
  return (line) =>
    steps.reduce((at, { line: start, more }) => (at > start ? Math.max(start, at - more) : at), line);
}

class Lines {
  readonly #counter = new LineCounter();

  constructor(text: string) {
    parseDocument(text, { lineCounter: this.#counter, prettyErrors: false, logLevel: 'error' });
  }

  problem(path: string, offset: number, message: string, fix: string): Problem {
    const { line, col } = this.#counter.linePos(offset);
    return { path, line: Math.max(line, 1), column: Math.max(col, 1), message, fix };
  }
}
