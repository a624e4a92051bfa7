import { parse } from 'smol-toml';

/** A table of a TOML text: its header's line, and the lines up to the next header. */
export interface TomlBlock {
  /** Keys of the header: `[mcp_servers.lmcp]` is `['mcp_servers', 'lmcp']`. */
  readonly path: readonly string[];
  /** `[[…]]`, an element of an array of tables. */
  readonly element: boolean;
  /** Offsets in the text: of the header's line, and behind the last line that belongs to it. */
  readonly start: number;
  readonly end: number;
}

/**
 * The tables of a valid TOML text, in order (TOML 1.0). Comments and blank lines in front of a header belong to that
 * header, not to the table before it, so they stay when that one is removed.
 */
export function tomlBlocks(text: string): readonly TomlBlock[] {
  const headers = [...headersIn(text)];
  return headers.map((header, index) => {
    const next = headers[index + 1]?.start ?? text.length;
    return { ...header, end: endOfContent(text, header.start, next) };
  });
}

function* headersIn(text: string): Generator<Omit<TomlBlock, 'end'>> {
  let offset = 0;
  while (offset < text.length) {
    const start = offset;
    while (text[offset] === ' ' || text[offset] === '\t') offset += 1;
    const atHeader = text[offset] === '[';
    offset = endOfStatement(text, offset);
    if (atHeader) {
      const line = text.slice(start, offset);
      yield { ...headerOf(line), start };
    }
  }
}

/** Behind the newline that ends the statement: newlines inside strings and brackets do not. */
function endOfStatement(text: string, from: number): number {
  let depth = 0;
  let offset = from;
  while (offset < text.length) {
    const char = text[offset];
    if (char === '\n' && depth === 0) return offset + 1;
    if (char === '#') offset = endOfLine(text, offset);
    else if (char === '"' || char === "'") offset = endOfString(text, offset);
    else {
      if (char === '[' || char === '{') depth += 1;
      if (char === ']' || char === '}') depth -= 1;
      offset += 1;
    }
  }
  return offset;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline;
}

function endOfString(text: string, from: number): number {
  const quote = text[from] ?? '';
  const triple = text.startsWith(quote.repeat(3), from);
  const close = triple ? quote.repeat(3) : quote;
  let offset = from + close.length;
  while (offset < text.length) {
    if (quote === '"' && text[offset] === '\\') offset += 2;
    else if (text.startsWith(close, offset)) {
      offset += close.length;
      // Up to two quotes may be right before the closing three.
      while (triple && text[offset] === quote) offset += 1;
      return offset;
    } else offset += 1;
  }
  return offset;
}

function headerOf(line: string): Pick<TomlBlock, 'path' | 'element'> {
  const path: string[] = [];
  let value: unknown = parse(line);
  let element = false;
  for (;;) {
    const [entry] = Object.entries(value as object) as [string, unknown][];
    if (entry === undefined) return { path, element };
    path.push(entry[0]);
    element = Array.isArray(entry[1]);
    value = element ? (entry[1] as unknown[])[0] : entry[1];
  }
}

/** Behind the last line between the two offsets that holds more than a comment. */
function endOfContent(text: string, start: number, next: number): number {
  const statements: number[] = [];
  let offset = endOfStatement(text, start);
  statements.push(offset);
  while (offset < next) {
    const from = offset;
    offset = endOfStatement(text, offset);
    if (!/^\s*(#.*)?$/.test(text.slice(from, offset).trimEnd())) statements.push(offset);
  }
  return statements.at(-1) ?? next;
}
