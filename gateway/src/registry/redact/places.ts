import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  visit,
  type Alias,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';

/** Every scalar that is a value, with the place where it is written. */
export function scalarsOf(document: Document): { readonly place: string; readonly node: Scalar }[] {
  const found: { place: string; node: Scalar }[] = [];
  visit(document, {
    Scalar: (key, node, path) => {
      if (key !== 'key') found.push({ place: placeOf(key, path), node });
    },
  });
  return found;
}

function placeOf(key: unknown, path: readonly unknown[]): string {
  return [...path.slice(1), null]
    .reduce<string>((place, node, at) => {
      const above = path[at];
      if (isPair(above)) return `${place}.${isScalar(above.key) ? String(above.key.value) : ''}`;
      if (isSeq(above)) {
        const index = node === null ? Number(key) : above.items.indexOf(node);
        return `${place}[${index}]`;
      }
      return isMap(above) ? place : '';
    }, '')
    .replace(/^\./, '');
}

/** An alias, with the place where it is written. */
export interface PlacedAlias {
  readonly place: string;
  /** In characters. */
  readonly offset: number;
  /** The place of what it leads to. */
  readonly target: string;
  /** Whether a value that was looked for is in what it leads to, or behind a further alias there. */
  readonly holds: boolean;
}

/** Every alias of a document. @param isWanted a value that is looked for */
export function aliasesOf(document: Document, isWanted: (value: unknown) => boolean): PlacedAlias[] {
  const aliases: { place: string; node: Alias }[] = [];
  const places = new Map<unknown, string>();
  visit(document, {
    Value: (key, node, path) => void places.set(node, placeOf(key, path)),
    Alias: (key, node, path) => void aliases.push({ place: placeOf(key, path), node }),
  });
  return aliases.map(({ place, node }) => ({
    place,
    offset: node.range?.[0] ?? 0,
    target: places.get(node.resolve(document)) ?? '',
    holds: holds(document, node.resolve(document), isWanted, new Set()),
  }));
}

function holds(
  document: Document,
  from: Node | undefined,
  isWanted: (value: unknown) => boolean,
  seen: Set<unknown>,
): boolean {
  if (from === undefined || seen.has(from)) return false;
  seen.add(from);
  let found = false;
  visit(from, {
    Scalar: (_, { value }) => void (found ||= isWanted(value)),
    Alias: (_, alias) => void (found ||= holds(document, alias.resolve(document), isWanted, seen)),
  });
  return found;
}
