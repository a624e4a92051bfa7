import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

export interface Import {
  /** A path below the source folder for our own files, else the specifier as written (`node:fs`, `hono`). */
  readonly target: string;
  readonly own: boolean;
  /** `import type` and `export type`: gone at run time. */
  readonly typeOnly: boolean;
}

/** By file, as a path below the source folder with forward slashes. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

/** Every TypeScript file below a folder; by default those of the product: no tests and no parts of tests. */
export function readImportGraph(folder: string, isPart: (file: string) => boolean = isProduct): ImportGraph {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => /\.(ts|svelte)$/.test(path) && isPart(path));
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(join(folder, file), 'utf8'))]));
}

export function isProduct(file: string): boolean {
  return !file.endsWith('.test.ts') && !/(^|\/)testing\//.test(file);
}

/** The scripts of a Svelte component; any other file as it is. */
function scriptOf(file: string, text: string): string {
  if (!file.endsWith('.svelte')) return text;
  return [...text.matchAll(/<script\b[^>]*>(.*?)<\/script>/gs)].map(([, script = '']) => script).join('\n');
}

/** What a file imports, statically and by `import()`, re-exports included. */
export function importsOf(file: string, text: string): Import[] {
  const source = ts.createSourceFile(`${file}.ts`, scriptOf(file, text), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier !== undefined && ts.isStringLiteral(specifier))
      found.push(resolve(file, specifier.text, typeOnly));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    }
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function resolve(file: string, specifier: string, typeOnly: boolean): Import {
  // As the interface names its own files.
  if (specifier.startsWith('#lib/')) return { target: specifier.slice(1), own: true, typeOnly };
  const own = specifier.startsWith('.');
  const target = own ? posix.join(dirname(file).split(sep).join('/'), specifier) : specifier;
  return { target, own, typeOnly };
}

/** The file itself and every file it pulls in at run time. */
export function reachable(graph: ImportGraph, from: string): Set<string> {
  const seen = new Set<string>();
  const waiting = [from];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const each of graph.get(file) ?? []) if (each.own && !each.typeOnly) waiting.push(each.target);
  }
  return seen;
}

/** One cycle of run-time imports as `a → b → a` for each file that is first in one; empty when there is none. */
export function cycles(graph: ImportGraph): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) {
      found.push([...path.slice(at), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const each of graph.get(file) ?? [])
      if (each.own && !each.typeOnly) visit(each.target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

export const sourceFolder = join(import.meta.dirname, '..', 'src');

/** For messages: where a file of the graph is in the repository. */
export const inRepository = (file: string): string =>
  relative(join(sourceFolder, '..', '..'), join(sourceFolder, file));
