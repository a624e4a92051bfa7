import { isRecord } from '../../json/isRecord.ts';
import { LineCounter, parseDocument } from 'yaml';
import type { RegistryPath } from './problem.ts';
import { Positions } from './yamlSource.ts';

/** Where things are in a registry's text. */
export interface RegistryPlaces {
  /** The 1-based line of a path (its key, or the list's entry); null where it does not. */
  lineOf(path: RegistryPath): number | null;
  /** The place in a list of this text; undefined where there is no such list, or it is not in it. */
  indexOf(path: RegistryPath, entry: string): number | undefined;
}

/** Reads the text once, for many questions. The text of an active registry, or of one that was found valid. */
export function placesIn(text: string): RegistryPlaces {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const positions = new Positions(document, lines);
  let value: unknown;
  const listAt = (path: RegistryPath): unknown =>
    path.reduce<unknown>(
      (part, key) => (isRecord(part) && Object.hasOwn(part, String(key)) ? part[String(key)] : undefined),
      (value ??= document.errors.length > 0 ? {} : document.toJS({ maxAliasCount: 1000 })),
    );
  return {
    lineOf: (path) => (positions.has(path) ? positions.of(path, 'key').line : null),
    indexOf: (path, entry) => {
      const list = listAt(path);
      const index = Array.isArray(list) ? list.indexOf(entry) : -1;
      return index < 0 ? undefined : index;
    },
  };
}

/** The same for one path of a text. */
export function lineOf(text: string, path: RegistryPath): number | null {
  return placesIn(text).lineOf(path);
}
