/** Where the cursor is in a YAML text of maps and lists. */
export interface YamlPlace {
  /** Keys from the top; `[]` is an item of a list. For a value with its own key. */
  readonly path: readonly string[];
  readonly kind: 'key' | 'value';
  /** Where what is typed begins, in UTF-16 units from the start of the text. */
  readonly from: number;
  readonly typed: string;
}

const typedKey = /^( *)((?:- +)*)([\w.-]*)$/;
const typedValue = /^( *)((?:- +)*)([\w.-]+): +([^\s#[\]{},"']*)$/;
const typedFlowItem = /^( *)((?:- +)*)([\w.-]+): *\[(?:[^\]]*, *| *)([\w.-]*)$/;
const lineWithKey = /^( *)((?:- +)*)(["']?)([^"'\s:#][^"':#]*)\3 *:(?:\s|$)/;

/** The place of a cursor in block style, by indentation; null where nothing can be completed (comments, quotes, flow maps). */
export function yamlPlace(text: string, cursor: number): YamlPlace | null {
  const lineStart = text.lastIndexOf('\n', cursor - 1) + 1;
  const line = text.slice(lineStart, cursor);
  const place = (match: RegExpExecArray, kind: YamlPlace['kind'], own: readonly string[]): YamlPlace => {
    const [, indent = '', dashes = ''] = match;
    const typed = match.at(-1) ?? '';
    const inItem = dashes === '' ? [] : ['[]'];
    const above = keysAbove(text.slice(0, lineStart), indent.length + (dashes === '' ? 0 : 1), dashes === '');
    return { path: [...above, ...inItem, ...own], kind, from: cursor - typed.length, typed };
  };
  const key = typedKey.exec(line);
  if (key !== null) return place(key, 'key', []);
  const value = typedValue.exec(line);
  if (value !== null) return place(value, 'value', [value[3] ?? '']);
  const item = typedFlowItem.exec(line);
  return item === null ? null : place(item, 'value', [item[3] ?? '', '[]']);
}

/**
 * The keys that a line is below.
 * @param column where the line begins; a key before it is above it
 * @param inMap whether the line may belong to the same map as a line that begins an item
 */
function keysAbove(text: string, column: number, inMap: boolean): string[] {
  const keys: string[] = [];
  let limit = column;
  let sameMap = inMap;
  for (const line of text.split('\n').reverse()) {
    const [, indent = '', dashes = '', , key = ''] = lineWithKey.exec(line) ?? [];
    if (key === '') continue;
    const content = indent.length + dashes.length;
    if (content < limit) keys.unshift(key);
    else if (!(sameMap && content === limit && dashes !== '')) continue;
    if (dashes === '') limit = content;
    else {
      keys.unshift('[]');
      // The key of a list may be in the column of its dashes.
      limit = indent.length + 1;
    }
    sameMap = dashes === '';
  }
  return keys;
}
