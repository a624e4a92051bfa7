import { parse } from 'smol-toml';
import { rejected, type Edit, type EditResult, type ReadResult } from './edit.ts';
import { tomlBlocks, type TomlBlock } from './tomlBlocks.ts';
import { tomlKey, tomlLines } from './tomlText.ts';

export function readToml(text: string): ReadResult {
  try {
    return { ok: true, value: parse(text) };
  } catch (error) {
    return rejected(`not valid TOML: ${(error as Error).message.split('\n')[0] ?? ''}`);
  }
}

/**
 * Changes one table with its sub-tables; everything else stays byte for byte. An entry in another spelling (inline, or by
 * dotted keys) is left to the check of the outcome, which rejects it.
 */
export function editToml(text: string, edit: Edit): EditResult {
  const own = ownBlocks(text, edit);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block = edit.entry === null ? '' : tableText(edit, eol);
  const [first, ...others] = own;
  if (first === undefined) return { ok: true, text: edit.entry === null ? text : appended(text, block, eol) };
  let result = text;
  for (const { start, end } of others.toReversed()) result = cut(result, start, end, '');
  return { ok: true, text: cut(result, first.start, first.end, block) };
}

function ownBlocks(text: string, { place, name }: Edit): readonly TomlBlock[] {
  const blocks = tomlBlocks(text);
  if (place.kind === 'map') return blocks.filter(({ path }) => startsWith(path, [...place.path, name]));
  const own: TomlBlock[] = [];
  let inside = false;
  for (const block of blocks) {
    if (!startsWith(block.path, place.path)) inside = false;
    else if (block.element && block.path.length === place.path.length) inside = nameOf(text, block) === name;
    if (inside) own.push(block);
  }
  return own;
}

/** The name of an element of a list, from its own lines. */
function nameOf(text: string, { start, end }: TomlBlock): unknown {
  const lines = text.slice(start, end);
  return parse(lines.slice(lines.indexOf('\n') + 1))['name'];
}

function startsWith(path: readonly string[], head: readonly string[]): boolean {
  return head.every((key, index) => path[index] === key);
}

function tableText({ place, name, entry }: Edit, eol: string): string {
  const keys = place.path.map(tomlKey).join('.');
  const list = place.kind === 'list';
  const header = list ? `[[${keys}]]` : `[${keys}.${tomlKey(name)}]`;
  return [header, ...tomlLines({ ...(list && { name }), ...entry }), ''].join(eol);
}

/** Behind everything else, with a blank line between. */
function appended(text: string, block: string, eol: string): string {
  if (text.trim() === '') return text + block;
  const ended = text.endsWith('\n') ? text : text + eol;
  return `${ended}${/\n\r?\n$/.test(ended) ? '' : eol}${block}`;
}

function cut(text: string, start: number, end: number, put: string): string {
  return text.slice(0, start) + put + text.slice(end);
}
