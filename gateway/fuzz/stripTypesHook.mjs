import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Node's `resolve` hook: the fuzzer adds `.js` to the name of a target that has no such ending. */
export function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier.replace(/\.ts\.js$/, '.ts'), context);
}

/** Node's `load` hook: a TypeScript source becomes a JavaScript module with every line and column in its place. */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const source = stripTypeScriptTypes(await readFile(fileURLToPath(url), 'utf8'));
  return { format: 'module', source, shortCircuit: true };
}
