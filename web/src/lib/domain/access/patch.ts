import type { RegistryPatch } from 'lmcp-gateway/src/api/registry.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What the registry would look like: objects merge deep, lists and scalars replace, null removes. */
export function mergePatch<T extends object>(base: T, patch: RegistryPatch): T {
  return merge(base as Tree, patch) as T;
}

function merge(base: Tree, patch: Tree): Tree {
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else if (isTree(value)) result.set(key, merge(treeAt(result.get(key)), value));
    else result.set(key, value);
  }
  return Object.fromEntries(result);
}

/** One patch with the effect of both, the later one winning; removals are kept. */
export function combinePatches(earlier: RegistryPatch, later: RegistryPatch): RegistryPatch {
  const result = new Map(Object.entries(earlier));
  for (const [key, value] of Object.entries(later)) {
    const before = result.get(key);
    result.set(key, isTree(value) && isTree(before) ? combinePatches(before, value) : value);
  }
  return Object.fromEntries(result);
}

/** Takes out what the registry says already, so that a change undone by hand is no change. */
export function pruneUnchanged(patch: RegistryPatch, base: object): RegistryPatch {
  const tree = base as Tree;
  const kept: [string, unknown][] = [];
  for (const [key, value] of Object.entries(patch)) {
    const before = Object.hasOwn(tree, key) ? tree[key] : undefined;
    if (value === null ? before === undefined : sameValue(value, before)) continue;
    const whole = before === undefined ? isEmpty(value) : !isTree(before);
    if (!isTree(value) || whole) kept.push([key, value]);
    else {
      const inner = pruneUnchanged(value, treeAt(before));
      if (Object.keys(inner).length > 0) kept.push([key, inner]);
    }
  }
  return Object.fromEntries(kept);
}

/** Where the patch changes something: one path a leaf, as `['clients', 'codex', 'allow_servers']`. */
export function changedPaths(patch: RegistryPatch, at: readonly string[] = []): string[][] {
  return Object.entries(patch).flatMap(([key, value]) => {
    const path = [...at, key];
    return isTree(value) && Object.keys(value).length > 0 ? changedPaths(value, path) : [path];
  });
}

/**
 * Moves a patch made on one registry to a newer one. Lists were sent whole: what was added to and taken from them
 * is applied to the newer list, so that someone else's change to the same list survives.
 */
export function rebasePatch(patch: RegistryPatch, made: object, newer: object): RegistryPatch {
  const entries = Object.entries(patch).map(([key, value]): [string, unknown] => {
    const before = (made as Tree)[key];
    const now = (newer as Tree)[key];
    if (isTree(value)) return [key, rebasePatch(value, treeAt(before), treeAt(now))];
    // A list that nobody else changed stays as it was staged, with entries that it has twice.
    const moved = isTextList(value) && isTextList(now) && !sameValue(before, now);
    return [key, moved ? rebaseList(value, before, now) : value];
  });
  return pruneUnchanged(Object.fromEntries(entries), newer);
}

function rebaseList(staged: readonly string[], before: unknown, now: readonly string[]): string[] {
  const old = isTextList(before) ? before : [];
  const kept = now.filter((entry) => staged.includes(entry) || !old.includes(entry));
  return [...kept, ...staged.filter((entry) => !old.includes(entry) && !kept.includes(entry))];
}

function sameValue(left: unknown, right: unknown): boolean {
  if (isTextList(left) && isTextList(right)) {
    return left.length === right.length && left.every((entry, index) => entry === right[index]);
  }
  return left === right || (!isTree(left) && JSON.stringify(left) === JSON.stringify(right));
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isEmpty(value: unknown): boolean {
  return isTree(value) && Object.keys(value).length === 0;
}

function treeAt(value: unknown): Tree {
  return isTree(value) ? value : {};
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
