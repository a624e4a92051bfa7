import type { Node } from 'jsonc-parser';

/** How a property is written into an object so that it looks like the others. */
export interface Layout {
  /** On the line of its neighbours. */
  readonly compact: boolean;
  /** What is before the property and, in an object that was empty, behind it. */
  readonly opening: string;
  readonly closing: string;
  /** A value as text, indented for this place. */
  write(value: unknown): string;
}

/** The layout of an object of a JSON text: its indentation and line ends; two spaces where the text shows none. */
export function layoutOf(text: string, object: Node): Layout {
  const first = object.children?.[0];
  const inside = text.slice(object.offset + 1, first?.offset ?? object.offset + object.length);
  if (first !== undefined && !inside.includes('\n')) {
    return { compact: true, opening: /^\s*/.exec(inside)?.[0] ?? '', closing: '', write: JSON.stringify };
  }
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const outer = indentationAt(text, object.offset);
  const inner = first === undefined ? outer + unit : indentationAt(text, first.offset);
  return {
    compact: false,
    opening: eol + inner,
    closing: eol + outer,
    write: (value) => JSON.stringify(value, null, unit).replaceAll('\n', eol + inner),
  };
}

/** The white space at the beginning of that line. */
function indentationAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
