import { isRecord } from '../../json/isRecord.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Entry, Format, Place } from '../applications/application.ts';
import { rejected, type Edit, type EditResult, type ReadResult } from './edit.ts';
import { editJson, readJson } from './jsonEdit.ts';
import { editToml, readToml } from './tomlEdit.ts';
import { valueAt } from '../../registry/edit/valueAt.ts';
import { editYaml, readYaml } from './yamlEdit.ts';

const readers = { json: readJson, toml: readToml, yaml: readYaml } satisfies Record<Format, unknown>;
const editors = { json: editJson, toml: editToml, yaml: editYaml } satisfies Record<Format, unknown>;
const byteOrderMark = '\uFEFF';

/** An application's file as plain data; a blank file holds nothing. */
export function readFile(format: Format, text: string): ReadResult {
  const bare = withoutMark(text);
  return bare.trim() === '' ? { ok: true, value: {} } : readers[format](bare);
}

/** The servers of an application's file by name, each in the application's own form. */
export function entriesOf(value: unknown, { path, kind }: Place): ReadonlyMap<string, Entry> {
  const present = valueAt(value, path);
  const pairs: readonly (readonly [unknown, unknown])[] =
    kind === 'map'
      ? Object.entries(isRecord(present) ? present : {})
      : (Array.isArray(present) ? present : []).map((item: unknown) => [valueAt(item, ['name']), item]);
  return new Map(
    pairs.filter((pair): pair is [string, Entry] => typeof pair[0] === 'string' && isRecord(pair[1])),
  );
}

/**
 * The file with one entry changed. The outcome is read back: it holds the entry, and everything else as it was, or the
 * edit is rejected. A byte order mark stays.
 */
export function editFile(format: Format, text: string, edit: Edit): EditResult {
  const before = readFile(format, text);
  if (!before.ok) return before;
  const inTheWay = occupied(before.value, edit.place);
  if (inTheWay !== undefined) return rejected(`"${inTheWay}" is not a map of servers`);
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  const bare = withoutMark(text);
  const result = bare.trim() === '' ? fresh(format, edit) : editors[format](bare, edit);
  if (!result.ok) return result;
  const after = readFile(format, result.text);
  if (!after.ok || !differsOnlyBy(before.value, after.value, edit)) {
    return rejected('the entry has a form that cannot be edited safely: change it by hand');
  }
  return { ok: true, text: mark + result.text };
}

/** A whole file with nothing but that entry. */
function fresh(format: Format, edit: Edit): EditResult {
  if (edit.entry === null) return { ok: true, text: '' };
  if (format !== 'json') return editors[format]('', edit);
  const value = [...edit.place.path, edit.name].reduceRight<unknown>(
    (part, key) => ({ [key]: part }),
    edit.entry,
  );
  return { ok: true, text: `${JSON.stringify(value, null, 2)}\n` };
}

/** The first key on the way to the servers whose value is neither missing, nor empty, nor what holds servers. */
function occupied(value: unknown, { path, kind }: Place): string | undefined {
  return path.find((_, depth) => {
    const part = valueAt(value, path.slice(0, depth + 1));
    const last = depth === path.length - 1;
    const fits = last && kind === 'list' ? Array.isArray(part) : isRecord(part);
    return part !== undefined && part !== null && !fits;
  });
}

function differsOnlyBy(before: unknown, after: unknown, { place, name, entry }: Edit): boolean {
  const [old, now] = [entriesOf(before, place), entriesOf(after, place)];
  const wanted = entry === null ? undefined : place.kind === 'list' ? { name, ...entry } : entry;
  if (!isDeepStrictEqual(plain(now.get(name)), plain(wanted))) return false;
  const others = (entries: ReadonlyMap<string, Entry>): unknown =>
    plain([...entries].filter(([key]) => key !== name));
  return (
    isDeepStrictEqual(others(old), others(now)) &&
    isDeepStrictEqual(withoutServers(before, place.path), withoutServers(after, place.path))
  );
}

/** Everything but the servers; what is empty once they are gone counts as missing. */
function withoutServers(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined || !isRecord(value)) return undefined;
  const { [key]: below, ...others } = value;
  const remaining = withoutServers(below, rest);
  return plain(remaining === undefined ? others : { ...others, [key]: remaining }, true);
}

/** Without the prototypes that parsers give, so that two of them compare; optionally undefined for an empty object. */
function plain(value: unknown, emptyIsMissing = false): unknown {
  if (value === undefined) return undefined;
  const copy = structuredClone(value);
  return emptyIsMissing && isRecord(copy) && Object.keys(copy).length === 0 ? undefined : copy;
}

function withoutMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}
