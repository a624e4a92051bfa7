import { isRecord } from '../../json/isRecord.ts';
import { parseDocument } from 'yaml';
import { applyPatch } from '../../registry/edit/patch.ts';
import { valueAt } from '../../registry/edit/valueAt.ts';
import { spliceYamlList } from './yamlList.ts';
import { rejected, type Edit, type EditResult, type ReadResult } from './edit.ts';

export function readYaml(text: string): ReadResult {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) return notYaml(error);
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) ?? {} };
  } catch (problem) {
    // An alias without its anchor, or too many of them.
    return notYaml(problem as Error);
  }
}

/** Changes one entry; comments, order and quoting of everything else stay. */
export function editYaml(text: string, edit: Edit): EditResult {
  const read = readYaml(text);
  if (!read.ok) return read;
  const present = valueAt(read.value, edit.place.path);
  if (edit.place.kind === 'list') return editList(text, present, edit);
  return patched(text, edit, mapPatch(present, edit));
}

function patched(text: string, edit: Edit, leaf: unknown): EditResult {
  const patch = edit.place.path.reduceRight<unknown>((value, key) => ({ [key]: value }), leaf);
  const result = applyPatch(text, patch);
  if (result.ok) return result;
  return rejected(result.problems.map(({ line, message }) => `line ${line}: ${message}`).join('; '));
}

function mapPatch(present: unknown, { name, entry }: Edit): unknown {
  const old = valueAt(present, [name]);
  return { [name]: entry === null ? null : replacing(old, entry) };
}

function editList(text: string, present: unknown, edit: Edit): EditResult {
  const { name, entry, place } = edit;
  const items: readonly unknown[] = Array.isArray(present) ? present : [];
  const at = items.findIndex((item) => isRecord(item) && item['name'] === name);
  const item = entry === null ? undefined : { name, ...entry };
  if (at === -1 && item === undefined) return { ok: true, text };
  const spliced = spliceYamlList(text, place.path, at, item);
  if (spliced !== undefined) return { ok: true, text: spliced };
  const wanted = item === undefined ? [] : [item];
  return patched(text, edit, at === -1 ? [...items, ...wanted] : items.toSpliced(at, 1, ...wanted));
}

/** The merge patch (RFC 7396) that leaves `wanted` and nothing of the old value. */
function replacing(old: unknown, wanted: unknown): unknown {
  if (!isRecord(old) || !isRecord(wanted)) return wanted;
  const gone = Object.keys(old).filter((key) => !Object.hasOwn(wanted, key));
  const kept = Object.entries(wanted).map(([key, value]) => [key, replacing(old[key], value)] as const);
  return Object.fromEntries([...gone.map((key) => [key, null] as const), ...kept]);
}

function notYaml({ message }: Error): ReadResult & { readonly ok: false } {
  return rejected(`not valid YAML: ${message.split('\n')[0] ?? ''}`);
}
