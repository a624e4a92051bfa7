import type { Entry } from '../applications/application.ts';

/** A table's keys as lines of TOML 1.0; values that are tables are inline. */
export function tomlLines(entry: Entry): readonly string[] {
  return Object.entries(entry).map(([key, value]) => `${tomlKey(key)} = ${tomlValue(value)}`);
}

export function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

function tomlValue(value: unknown): string {
  if (typeof value === 'string') return tomlString(value);
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, part]) => `${tomlString(key)} = ${tomlValue(part)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  return String(value);
}

/** A basic string of TOML 1.0; its escapes are among JSON's, except for DEL. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}
