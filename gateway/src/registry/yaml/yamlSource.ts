import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import type { Findings } from './findings.ts';
import type { RegistryPath } from './problem.ts';
import { quoted } from './problem.ts';
import { syntaxMessage } from './syntaxMessage.ts';

/** A registry file is far smaller; beyond this nobody wrote it by hand. */
export const maxRegistryBytes = 4 * 1024 * 1024;

/** Aliases are counted with what they expand to, so that a few lines can't become gigabytes. */
const maxAliasCount = 1000;

/** Keys of one mapping: each is compared with all others, so that their number counts squared. */
const maxKeys = 2_000;

/** Keys that would reach a prototype wherever a plain object is built from them. */
export const reservedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The key that YAML 1.1 merged another mapping with; reported at its place. */
export const mergeKey = '<<';

/** The YAML document behind a registry: its plain value and the place of each part. */
export interface YamlSource {
  readonly document: Document;
  readonly positions: Positions;
  /** Plain data; undefined where the syntax leaves nothing to look at. */
  readonly value: unknown;
}

export class Positions {
  readonly #document: Document;
  readonly #lines: LineCounter;
  /** Finding an alias's target reads the whole document: once for each. */
  readonly #targets = new Map<Alias, unknown>();

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  at(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** The place of a path (its key, or its value); of a path that isn't there, the key of the nearest part above it that is. */
  of(path: RegistryPath, part: 'key' | 'value'): { line: number; column: number } {
    let keyOffset = 0;
    let node: unknown = this.#document.contents;
    for (const step of path) {
      const found = childOf(this.#behindAlias(node), step);
      if (found === undefined) return this.at(keyOffset);
      keyOffset = found.start;
      node = found.value;
    }
    return this.at(part === 'value' ? (offsetOf(node) ?? keyOffset) : keyOffset);
  }

  has(path: RegistryPath): boolean {
    let node: unknown = this.#document.contents;
    for (const step of path) {
      const found = childOf(this.#behindAlias(node), step);
      if (found === undefined) return false;
      node = found.value;
    }
    return true;
  }

  #behindAlias(node: unknown): unknown {
    if (!isAlias(node)) return node;
    if (!this.#targets.has(node)) this.#targets.set(node, node.resolve(this.#document));
    return this.#targets.get(node);
  }
}

/** Reads the text as one YAML 1.2 document; everything that is wrong with the syntax becomes a problem. */
export function readYaml(text: string, findings: (positions: Positions) => Findings): YamlSource | undefined {
  if (text.length > 2 * maxKeys && !checkWidth(text, findings)) return undefined;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const positions = new Positions(document, lines);
  const found = findings(positions);
  for (const { code, pos } of [...document.errors, ...document.warnings].slice(0, 20)) {
    found.problemAt(pos[0], [], ...syntaxMessage(code));
  }
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return undefined;
  if (!checkNodes(document, found)) return undefined;
  try {
    return { document, positions, value: document.toJS({ maxAliasCount }) as unknown };
  } catch {
    found.problemAt(
      0,
      [],
      'the aliases (`*name`) expand to too much',
      'write the values out instead of using aliases',
    );
    return undefined;
  }
}

/** Looks for mappings that are too wide before anything is done whose cost grows with the square of their width. */
function checkWidth(text: string, findings: (positions: Positions) => Findings): boolean {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'silent', uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  let wide: YAMLMap | undefined;
  visit(document, {
    Map: (_, map) => {
      if (map.items.length <= maxKeys) return undefined;
      wide = map;
      return visit.BREAK;
    },
  });
  if (wide === undefined) return true;
  findings(new Positions(document, lines)).problemAt(
    offsetOf(wide) ?? 0,
    [],
    `this has ${wide.items.length} keys, more than ${maxKeys}`,
    'divide it, or remove what is not needed',
  );
  return false;
}

/** Keys must be plain text and aliases must lead somewhere that does not contain them. */
function checkNodes(document: Document, findings: Findings): boolean {
  let sound = true;
  visit(document, {
    Pair: (_, pair, ancestors) => {
      sound = checkKey(pair, keysOf(ancestors), findings) && sound;
    },
    Alias: (_, alias, ancestors) => {
      sound = checkAlias(document, alias, ancestors, findings) && sound;
    },
  });
  return sound;
}

/** The keys above a node; list indexes are left out. */
function keysOf(ancestors: readonly unknown[]): RegistryPath {
  return ancestors.flatMap((one) => (isPair(one) && isScalar(one.key) ? [String(one.key.value)] : []));
}

function checkKey(pair: Pair, above: RegistryPath, findings: Findings): boolean {
  const { key } = pair;
  const at = offsetOf(key) ?? 0;
  if (!isScalar(key) || typeof key.value !== 'string') {
    findings.problemAt(at, [], 'this key is not text', 'write the key as a plain word, or in quotes: "123":');
    return false;
  }
  if (key.value === mergeKey)
    findings.problemAt(
      at,
      [...above, mergeKey],
      'merge keys are not part of YAML 1.2',
      'write the merged keys out here',
    );
  if (!reservedKeys.has(key.value)) return true;
  findings.problemAt(at, [key.value], `${quoted(key.value)} is a reserved name`, 'use another name');
  return false;
}

function checkAlias(
  document: Document,
  alias: Alias,
  ancestors: readonly unknown[],
  findings: Findings,
): boolean {
  const target = alias.resolve(document);
  if (target !== undefined && !ancestors.includes(target)) return true;
  const name = quoted(alias.source);
  const [message, fix] =
    target === undefined
      ? [
          `the alias ${name} has no anchor before it`,
          'put the text in quotes if it is meant to start with an asterisk',
        ]
      : [`the alias ${name} contains itself`, 'write the value out instead of using an alias'];
  findings.problemAt(offsetOf(alias) ?? 0, [], message, fix);
  return false;
}

function childOf(node: unknown, step: string | number): { start: number; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = pairOf(node, String(step));
    return pair === undefined ? undefined : { start: offsetOf(pair.key) ?? 0, value: pair.value };
  }
  if (!isSeq(node) || typeof step !== 'number') return undefined;
  const item = node.items[step];
  return item === undefined ? undefined : { start: offsetOf(item) ?? 0, value: item };
}

/** The entry of a map under a key; of two with one name the last, as in the plain value. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
