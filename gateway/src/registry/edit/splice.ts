import { isRecord } from '../../json/isRecord.ts';
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, stringify } from 'yaml';
import { isDeepStrictEqual } from 'node:util';
import type { Plain } from './mergePatch.ts';
import { mergePatch } from './mergePatch.ts';
import { contentEnd } from './contentEnd.ts';
import { pairOf } from '../yaml/yamlSource.ts';

/** Replaces a part of the text. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Applies a merge patch to the text itself, so that every other line stays unchanged, byte for byte.
 * Undefined where the text is laid out in a way that this does not reach (anchors, explicit keys, brackets with comments).
 */
export function splicePatch(text: string, document: Document, patch: Plain): string | undefined {
  if (!isMap(document.contents) || document.contents.flow === true) return undefined;
  const edit = new TextEdit(text.endsWith('\n') ? text : `${text}\n`, document);
  edit.merge(document.contents, patch);
  return edit.result();
}

class TextEdit {
  readonly #text: string;
  readonly #splices: Splice[] = [];
  readonly #document: Document;
  #reached = true;

  constructor(text: string, document: Document) {
    this.#text = text;
    this.#document = document;
  }

  result(): string | undefined {
    if (!this.#reached) return undefined;
    // The sort is stable: of two at one place the earlier goes first.
    const inOrder = this.#splices.toSorted((a, b) => a.from - b.from);
    let done = 0;
    let result = '';
    for (const { from, to, text } of inOrder) {
      if (from < done) return undefined;
      result += this.#text.slice(done, from) + text;
      done = to;
    }
    return result + this.#text.slice(done);
  }

  /** A map in block style: each key by itself, what is new after the last one. */
  merge(map: YAMLMap, patch: Plain): void {
    const last = map.items.at(-1);
    if (last === undefined) {
      this.#give();
      return;
    }
    const indent = this.#columnOf(last);
    let added = '';
    for (const [key, value] of Object.entries(patch)) {
      const pair = pairOf(map, key);
      if (pair !== undefined) this.#change(pair, key, value);
      else if (value !== null) added += indented(blockText({ [key]: mergePatch(undefined, value) }), indent);
    }
    if (added !== '') this.#splice(this.#lineEnd(last), this.#lineEnd(last), added);
  }

  #change(pair: Pair, key: string, value: unknown): void {
    const node = pair.value;
    if (value === null) {
      this.#splice(this.#lineStart(pair), this.#lineEnd(pair), '');
    } else if (isMap(node) && isRecord(value) && canMerge(node, value)) {
      this.merge(node, value);
    } else if (isMap(node) && isRecord(value) && canEmpty(node, value)) {
      this.#empty(pair, node);
    } else {
      const before = isNode(node) ? (node.toJS(this.#document) as unknown) : null;
      const after = mergePatch(before, value);
      if (!isDeepStrictEqual(before, after)) this.#replace(pair, key, before, after);
    }
  }

  /** A map in block style loses all its keys: the comments around them stay. */
  #empty(pair: Pair, map: YAMLMap): void {
    const colon = this.#text.indexOf(':', (pair.key as Node).range?.[1]) + 1;
    this.#splice(colon, colon, ' {}');
    for (const item of map.items) this.#splice(this.#lineStart(item), this.#lineEnd(item), '');
  }

  #replace(pair: Pair, key: string, before: unknown, after: unknown): void {
    const node = pair.value;
    const range = isNode(node) && !isAnchored(node) ? node.range : undefined;
    if (!isNode(node) || range === undefined || range === null) {
      this.#give();
      return;
    }
    if (isSeq(node) && node.flow !== true && Array.isArray(after)) {
      if (this.#editItems(node.items, before, after)) return;
    }
    const [from, to] = range;
    const written = this.#text.slice(from, to);
    if (isEmpty(before) && isRecord(after)) {
      this.#splice(from, to, '');
      this.#splice(
        this.#lineEnd(pair),
        this.#lineEnd(pair),
        indented(blockText(after), this.#columnOf(pair) + 2),
      );
    } else if (!written.includes('\n')) {
      this.#splice(from, to, (this.#text[from - 1] === ':' ? ' ' : '') + this.#inline(node, after));
    } else if (isCollection(node) && node.flow === true && written.includes('#')) {
      this.#give();
    } else {
      // Over several lines: the whole entry is rewritten.
      const entry = indented(blockText({ [key]: after }), this.#columnOf(pair));
      this.#splice(this.#lineStart(pair), this.#lineEnd(pair), entry);
    }
  }

  /** A list in block style that loses some entries and gains some at its end: the others keep their lines. */
  #editItems(items: readonly unknown[], before: unknown, after: readonly unknown[]): boolean {
    const last = items.at(-1);
    if (!Array.isArray(before) || !items.every((item) => isScalar(item)) || !isScalar(last)) return false;
    const kept = before.filter((value) => after.includes(value));
    const same = isDeepStrictEqual(after.slice(0, kept.length), kept);
    if (kept.length === 0 || !same || new Set(before).size !== before.length) return false;
    items.forEach((item, index) => {
      if (isScalar(item) && !after.includes(before[index])) this.#splice(...this.#linesOf(item), '');
    });
    const dash = /^ *- +/.exec(this.#text.slice(this.#linesOf(last)[0]))?.[0];
    if (dash === undefined) return false;
    const added = after.slice(kept.length).map((value) => `${dash}${this.#inline(last, value)}\n`);
    this.#splice(this.#linesOf(last)[1], this.#linesOf(last)[1], added.join(''));
    return true;
  }

  /** On one line, quoted like the old value. */
  #inline(like: Node, value: unknown): string {
    const quote = this.#text[like.range?.[0] ?? 0];
    if (
      typeof value === 'string' &&
      (quote === '"' || quote === "'") &&
      !/["'\\\u0000-\u001f\u007f-\uffff]/.test(value)
    ) {
      return quote + value + quote;
    }
    if (isSeq(like) && Array.isArray(value)) return this.#inlineList(like, value);
    return flowText(value);
  }

  /** Unchanged entries keep their text. */
  #inlineList(list: YAMLSeq, values: readonly unknown[]): string {
    const items = list.items.filter((item) => isScalar(item));
    const [first] = items;
    const entries = values.map((value) => {
      const [from, to] = items.find((item) => item.value === value)?.range ?? [0, 0];
      if (to > from) return this.#text.slice(from, to);
      return first === undefined ? flowText(value) : this.#inline(first, value);
    });
    const padded = this.#text[(list.range?.[0] ?? 0) + 1] === ' ' && entries.length > 0 ? ' ' : '';
    return `[${padded}${entries.join(', ')}${padded}]`;
  }

  #columnOf(pair: Pair): number {
    const start = startOf(pair);
    return start - (this.#text.lastIndexOf('\n', start - 1) + 1);
  }

  #lineStart(pair: Pair): number {
    const start = startOf(pair);
    const line = this.#text.lastIndexOf('\n', start - 1) + 1;
    if (this.#text.slice(line, start).trim() !== '') this.#give();
    return line;
  }

  #lineEnd(pair: Pair): number {
    const range = isNode(pair.value) ? pair.value.range : undefined;
    return this.#endOfLine(contentEnd(range?.[1] ?? startOf(pair), pair.value));
  }

  #linesOf(node: Node): [from: number, to: number] {
    const [start, end] = node.range ?? [0, 0];
    return [this.#text.lastIndexOf('\n', start - 1) + 1, this.#endOfLine(end)];
  }

  #endOfLine(offset: number): number {
    // A block scalar ends with its last line break.
    if (this.#text[offset - 1] === '\n') return offset;
    const end = this.#text.indexOf('\n', offset);
    return end === -1 ? this.#text.length : end + 1;
  }

  #splice(from: number, to: number, text: string): void {
    const lineBreak = this.#text.includes('\r\n') ? '\r\n' : '\n';
    this.#splices.push({ from, to, text: text.replaceAll('\n', lineBreak) });
  }

  #give(): void {
    this.#reached = false;
  }
}

function startOf(pair: Pair): number {
  return (pair.key as Node).range?.[0] ?? 0;
}

/** A node with an anchor is used elsewhere too. */
function isAnchored(node: Node): boolean {
  return !isAlias(node) && node.anchor !== undefined;
}

/** Whether a map can be edited key by key: not when nothing would be left of it, nor to put keys into brackets or take some out. */
function canMerge(map: YAMLMap, patch: Plain): boolean {
  if (isAnchored(map) || map.items.length === 0) return false;
  if (map.flow === true) {
    return Object.entries(patch).every(([key, part]) => part !== null && pairOf(map, key) !== undefined);
  }
  const kept = map.items.some((item) => isScalar(item.key) && patch[String(item.key.value)] !== null);
  return kept || Object.values(patch).some((part) => part !== null);
}

/** Whether the patch removes every key of a map in block style. */
function canEmpty(map: YAMLMap, patch: Plain): boolean {
  if (isAnchored(map) || map.flow === true || map.items.length === 0) return false;
  const isRemoved = ({ key }: Pair): boolean => isScalar(key) && patch[String(key.value)] === null;
  return map.items.every(isRemoved) && Object.values(patch).every((part) => part === null);
}

function isEmpty(value: unknown): boolean {
  return value === null || (isRecord(value) && Object.keys(value).length === 0);
}

function blockText(value: Plain): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function flowText(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    aliasDuplicateObjects: false,
    flowCollectionPadding: true,
  }).trimEnd();
}

function indented(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(columns));
}
