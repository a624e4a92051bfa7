import ts from 'typescript';
import { descendants } from './parse.ts';

const runners = new Set(['test', 'it', 'describe']);

/** The titles of a test file's tests and suites; what a template or a table fills in is `*`. */
export function titlesIn(source: ts.SourceFile): readonly string[] {
  return [...descendants(source)].flatMap((node) => {
    if (!ts.isCallExpression(node) || !runners.has(rootName(node.expression))) return [];
    const title = node.arguments[0] && textOf(node.arguments[0]);
    return title === undefined ? [] : [title.replaceAll(/\$[\w.]+|%[a-zA-Z]/g, '*')];
  });
}

/**
 * Can `name` be a part of the title? Where a table fills the title in, it is enough that the name fits to one of its literal
 * pieces: the long run shows whether a test of that name exists.
 */
export function canHold(title: string, name: string): boolean {
  const pieces = title.split('*');
  if (pieces.some((piece) => piece.includes(name))) return true;
  return pieces.length > 1 && pieces.some((piece) => fitsTo(piece, name));
}

const shortestOverlap = 5;

/** The name holds the piece, ends with the beginning of it, or begins with the end of it. */
function fitsTo(piece: string, name: string): boolean {
  const lengths = Array.from({ length: piece.length }, (_, i) => i + 1).filter(
    (length) => length >= shortestOverlap,
  );
  return (
    lengths.length > 0 &&
    (name.includes(piece) ||
      lengths.some(
        (length) => name.endsWith(piece.slice(0, length)) || name.startsWith(piece.slice(-length)),
      ))
  );
}

function rootName(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee))
    return rootName(callee.expression);
  return ts.isTaggedTemplateExpression(callee) ? rootName(callee.tag) : '';
}

function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `*${literal.text}`).join('');
}
