import { LineCounter, parseDocument } from 'yaml';
import type { RegistryPath } from './problem.ts';
import { Positions } from './yamlSource.ts';

/** The 1-based line on which a path of the registry stands (its key, or the list's entry); null where it does not. */
export function lineOf(text: string, path: RegistryPath): number | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const positions = new Positions(document, lines);
  return positions.has(path) ? positions.of(path, 'key').line : null;
}
