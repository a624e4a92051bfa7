import {
  createScanner,
  parse,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { rejected, type Edit, type EditResult, type ReadResult } from './edit.ts';
import { layoutOf, type Layout } from './jsonLayout.ts';

const lenient = { allowTrailingComma: true, disallowComments: false };

/** Reads JSON with comments and trailing commas, as editors write it. */
export function readJson(text: string): ReadResult {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, lenient);
  const [first] = errors;
  return first === undefined ? { ok: true, value } : rejected(`not valid JSON: ${told(text, first)}`);
}

/**
 * Changes one entry; every other byte stays. A new entry is the first of its object: nothing behind it has to change,
 * with whatever commas and comments are there. (`modify` of jsonc-parser reformats the neighbours.)
 */
export function editJson(text: string, { place, name, entry }: Edit): EditResult {
  if (place.kind !== 'map') return rejected('a list of servers in JSON is not supported');
  const root = parseTree(text, [], lenient);
  if (root?.type !== 'object') return rejected('the top of the file is not an object');
  const path = [...place.path, name];
  const twice = duplicateOn(root, path);
  if (twice !== undefined) return rejected(`the key "${twice}" appears twice`);
  const { object, present, rest } = deepest(root, path);
  if (entry === null) {
    return {
      ok: true,
      text: present !== undefined && rest.length === 0 ? without(text, object, present) : text,
    };
  }
  const layout = layoutOf(text, object);
  const below = (keys: readonly string[]): unknown =>
    keys.reduceRight<unknown>((value, key) => ({ [key]: value }), entry);
  if (present !== undefined) return { ok: true, text: withValue(text, present, below(rest), layout) };
  const [key = name, ...missing] = rest;
  return { ok: true, text: withFirst(text, object, key, below(missing), layout) };
}

/**
 * The innermost object on the path, the property of the next key in it, if any, and the keys that remain: below that
 * property, or, where there is none, with the missing key first.
 */
function deepest(
  root: Node,
  path: readonly string[],
): { readonly object: Node; readonly present?: Node; readonly rest: readonly string[] } {
  let object = root;
  for (const [depth, key] of path.entries()) {
    const [present] = membersNamed(object, key);
    if (present === undefined) return { object, rest: path.slice(depth) };
    const value = present.children?.[1];
    if (depth === path.length - 1 || value?.type !== 'object') {
      return { object, present, rest: path.slice(depth + 1) };
    }
    object = value;
  }
  return { object, rest: [] };
}

function duplicateOn(root: Node, path: readonly string[]): string | undefined {
  let node: Node | undefined = root;
  for (const key of path) {
    const members: readonly Node[] = membersNamed(node, key);
    if (members.length > 1) return key;
    node = members[0]?.children?.[1];
  }
  return undefined;
}

function membersNamed(node: Node | undefined, key: string): readonly Node[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).filter((property) => property.children?.[0]?.value === key);
}

function withValue(text: string, property: Node, value: unknown, layout: Layout): string {
  const old = property.children?.[1];
  if (old === undefined) return text;
  return splice(text, old.offset, old.offset + old.length, layout.write(value));
}

function withFirst(text: string, object: Node, key: string, value: unknown, layout: Layout): string {
  const inside = object.offset + 1;
  const empty = object.children?.length === 0;
  const property = `${JSON.stringify(key)}: ${layout.write(value)}`;
  const after = empty ? (layout.compact ? '' : layout.closing) : ',';
  const space = layout.compact && !empty && !/\s/.test(text[inside] ?? '') ? ' ' : '';
  return splice(text, inside, inside, `${layout.opening}${property}${after}${space}`);
}

/** Takes the property with the white space before it and its comma. */
function without(text: string, object: Node, property: Node): string {
  const siblings = object.children ?? [];
  const before = siblings[siblings.indexOf(property) - 1];
  const after = before === undefined ? object.offset + 1 : before.offset + before.length;
  const end = property.offset + property.length;
  const comma = commaAfter(text, end);
  if (comma !== undefined) {
    // A compact object has that space for the property behind it.
    const space = after === property.offset && /^ \S/.test(text.slice(comma + 1)) ? 1 : 0;
    return cut(text, after, property.offset, comma + 1 + space);
  }
  if (before === undefined) {
    return cut(text, after, property.offset, end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0));
  }
  const between = commaAfter(text, after);
  const rest = cut(text, after, property.offset, end);
  return between === undefined ? rest : splice(rest, between, between + 1, '');
}

/**
 * The text without what is between `from` and `to` and the white space before it, save the line end of a comment.
 * @param after where the comments before it begin, or earlier, outside of any token
 */
function cut(text: string, after: number, from: number, to: number): string {
  const start = from - (/\s*$/.exec(text.slice(after, from))?.[0].length ?? 0);
  const needsEnd = isLineComment(text, after, start) && !/^[ \t]*\r?\n/.test(text.slice(to));
  const lineEnd = needsEnd ? (/^[^\n]*\n/.exec(text.slice(start, from))?.[0].length ?? 0) : 0;
  return splice(text, start + lineEnd, to, '');
}

/** Whether the last token between the two offsets is a comment that only a line end ends. */
function isLineComment(text: string, from: number, to: number): boolean {
  const scanner = createScanner(text);
  scanner.setPosition(from);
  let last = from;
  while (scanner.getPosition() < to) {
    scanner.scan();
    last = scanner.getTokenOffset();
  }
  return text.startsWith('//', last);
}

/** The offset of the comma behind a value; undefined where another token comes first. */
function commaAfter(text: string, from: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  scanner.scan();
  const offset = scanner.getTokenOffset();
  return text[offset] === ',' ? offset : undefined;
}

function splice(text: string, start: number, end: number, put: string): string {
  return text.slice(0, start) + put + text.slice(end);
}

function told(text: string, { error, offset }: ParseError): string {
  const before = text.slice(0, offset).split('\n');
  return `${printParseErrorCode(error)} in line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
