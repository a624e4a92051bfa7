import { contentEnd } from '../../registry/edit/contentEnd.ts';
import { isMap, isScalar, isSeq, parseDocument, stringify, type Document, type YAMLSeq } from 'yaml';

/** One item of a block sequence, from the beginning of its first line to behind its last. */
interface Lines {
  readonly start: number;
  readonly end: number;
}

/**
 * Appends an item to a block sequence of a YAML text, or replaces or removes one; everything else stays byte for byte.
 * @returns undefined where the sequence is not laid out in lines (`[a, b]`, or missing)
 */
export function spliceYamlList(
  text: string,
  path: readonly string[],
  at: number,
  item: unknown,
): string | undefined {
  const document: Document = parseDocument(text);
  const list = document.getIn(path, true);
  if (!isSeq(list) || list.flow === true || list.items.length === 0) return undefined;
  const lines = linesOf(text, list);
  const target = at === -1 ? undefined : lines[at];
  const last = lines.at(-1);
  if (last === undefined || (at !== -1 && target === undefined)) return undefined;
  if (item === undefined && lines.length === 1) return withoutLast(text, document, path, last);
  const { start, end } = target ?? { start: last.end, end: last.end };
  const before = text.slice(0, start);
  const block = item === undefined ? '' : written(text, last, item);
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${block}${text.slice(end)}`;
}

/** The only item goes: the comments around it stay. */
function withoutLast(
  text: string,
  document: Document,
  path: readonly string[],
  { start, end }: Lines,
): string | undefined {
  const parent = document.getIn(path.slice(0, -1), true);
  const key = isMap(parent) ? parent.items.find((pair) => String(pair.key) === path.at(-1))?.key : undefined;
  if (!isScalar(key)) return undefined;
  const colon = text.indexOf(':', endOf(key)) + 1;
  return `${text.slice(0, colon)} []${text.slice(colon, start)}${text.slice(end)}`;
}

function linesOf(text: string, list: YAMLSeq): readonly Lines[] {
  const starts = list.items.map((item) => lineStart(text, offsetOf(item)));
  return list.items.map((item, index) => ({
    start: starts[index] ?? 0,
    end: lineEnd(text, contentEnd(endOf(item), item)),
  }));
}

function written(text: string, { start }: Lines, item: unknown): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
  const lines = stringify([item], { lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line) => indent + line + eol).join('');
}

function offsetOf(node: unknown): number {
  return (node as { readonly range?: readonly [number, number, number] }).range?.[0] ?? 0;
}

/** Behind the value itself. */
function endOf(node: unknown): number {
  return (node as { readonly range?: readonly [number, number, number] }).range?.[1] ?? 0;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  // A block scalar ends with its last line end.
  if (text[offset - 1] === '\n') return offset;
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}
