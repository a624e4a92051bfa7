import type { Server } from '../../registry/types.ts';
import { secretPattern } from './secretPattern.ts';
import { secretValues } from './secretValues.ts';

/** Shorter values occur in ordinary text; replacing them would reveal them. */
const minLength = 8;
const replacement = '•••';

const known = new WeakMap<Server, RegExp | null>();
const named = new WeakMap<Server, ReadonlySet<string>>();

/** A secret by the registry's own word is hidden however it looks, unless it is shorter than this. */
const minNamedLength = 4;

/** Adds values of secrets that were filled into a server's definition: it may repeat them. */
export function knowSecrets(server: Server, values: Iterable<string>): void {
  named.set(server, new Set([...(named.get(server) ?? []), ...values]));
  known.delete(server);
}

/** As {@link withoutSecrets}, of the server that the registry has under this id now. */
export function cleanTexts(
  servers: () => ReadonlyMap<string, Server>,
): (serverId: string, text: string) => string {
  return (serverId, text) => {
    const server = servers().get(serverId);
    return server === undefined ? text : withoutSecrets(server, text);
  };
}

/**
 * What a server says, without the secrets of its own definition, in whatever form it repeats them. Apply it before text is cut, so
 * that no half of a secret is left.
 */
export function withoutSecrets(server: Server, text: string): string {
  let pattern = known.get(server);
  if (pattern === undefined) {
    pattern = patternOf(secretValues(server), named.get(server) ?? new Set());
    known.set(server, pattern);
  }
  return pattern === null ? text : text.replace(pattern, replacement);
}

function patternOf(values: ReadonlySet<string>, byName: ReadonlySet<string>): RegExp | null {
  const hidden = [
    ...[...values].filter(({ length }) => length >= minLength),
    ...[...byName].filter(({ length }) => length >= minNamedLength),
    // A text that is shown line by line has a secret of several lines in parts.
    ...[...values, ...byName].flatMap(linesOf).filter(({ length }) => length >= minLength),
  ];
  if (hidden.length === 0) return null;
  // The longest first: of two alternatives that both match, the first is taken.
  const unique = [...new Set(hidden)].sort((a, b) => b.length - a.length);
  return new RegExp(unique.map(secretPattern).join('|'), 'g');
}

function linesOf(value: string): string[] {
  const lines = value.split(/[\r\n]+/);
  return lines.length === 1 ? [] : lines;
}

/** The same for every text within a JSON value, the names of members included. */
export function valueWithoutSecrets<T>(server: Server, value: T): T {
  return mapTexts(value, (text) => withoutSecrets(server, text)) as T;
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((element) => mapTexts(element, map));
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [map(name), mapTexts(member, map)]),
  );
}
