import type { Server } from '../../registry/types.ts';
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

/**
 * What a server says, without the secrets of its own definition: plain, in Base64, percent-encoded and escaped as in JSON. Apply it
 * before text is cut, so that no half of a secret is left.
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
  ];
  const forms = hidden.flatMap(formsOf);
  if (forms.length === 0) return null;
  // The longest first: of two alternatives that both match, the first is taken.
  const unique = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return new RegExp(unique.map((form) => escaped(form)).join('|'), 'g');
}

function formsOf(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64');
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    base64,
    base64.replace(/=+$/, ''),
    base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'),
  ];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
