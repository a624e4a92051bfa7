import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedPaths, combinePatches, mergePatch, pruneUnchanged, rebasePatch } from './patch.ts';

const base = { clients: { codex: { allow_servers: ['time'], rate_limit_rpm: 60 } }, servers: { time: {} } };

test('objects merge, lists and scalars replace, null removes', () => {
  const patch = { clients: { codex: { allow_servers: ['time', 'git'], rate_limit_rpm: null } } };
  expect(mergePatch(base, patch)).toEqual({
    clients: { codex: { allow_servers: ['time', 'git'] } },
    servers: { time: {} },
  });
});

test('a change undone by hand leaves no patch', () => {
  const there = { clients: { codex: { allow_servers: ['time', 'git'] } } };
  const back = { clients: { codex: { allow_servers: ['time'] } } };
  expect(pruneUnchanged(combinePatches(there, back), base)).toEqual({});
});

test('removing what is not there is no change, an empty new object is one', () => {
  expect(pruneUnchanged({ servers: { gone: null } }, base)).toEqual({});
  expect(pruneUnchanged({ servers: { fresh: {} } }, base)).toEqual({ servers: { fresh: {} } });
});

test('each changed leaf is counted once', () => {
  expect(changedPaths({ clients: { codex: { allow_servers: [], rate_limit_rpm: 5 }, old: null } })).toEqual([
    ['clients', 'codex', 'allow_servers'],
    ['clients', 'codex', 'rate_limit_rpm'],
    ['clients', 'old'],
  ]);
});

test('on a newer registry both the staged grant and the other person’s are kept', () => {
  const staged = { clients: { codex: { allow_servers: ['time', 'git'] } } };
  const newer = { clients: { codex: { allow_servers: ['time', 'files'], rate_limit_rpm: 60 } }, servers: {} };
  expect(rebasePatch(staged, base, newer)).toEqual({
    clients: { codex: { allow_servers: ['time', 'files', 'git'] } },
  });
});

test('a withdrawal stays a withdrawal on a newer registry', () => {
  const staged = { clients: { codex: { allow_servers: [] } } };
  const newer = { clients: { codex: { allow_servers: ['time', 'files'] } } };
  expect(rebasePatch(staged, base, newer)).toEqual({ clients: { codex: { allow_servers: ['files'] } } });
});

const leaf = fc.oneof(fc.integer(), fc.string(), fc.array(fc.string()), fc.constant(null));
const key = fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor'), fc.string());
const tree = fc.letrec<{ tree: Record<string, unknown>; node: unknown }>((tie) => ({
  tree: fc.dictionary(key, tie('node'), { maxKeys: 4 }),
  node: fc.oneof({ maxDepth: 3 }, leaf, tie('tree')),
})).tree;
const plain = (value: object): Record<string, unknown> => mergePatch({}, value as Record<string, unknown>);

/** Objects without content say nothing in a registry, so that the comparison leaves them out. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).map(([name, inner]) => [name, withoutEmpty(inner)] as const);
  const full = kept.filter(([, inner]) => inner !== undefined);
  return full.length === 0 ? undefined : Object.fromEntries(full);
}

test('pruning never changes what a patch does, and a pruned patch prunes to itself', () => {
  fc.assert(
    fc.property(tree, tree, (raw, patch) => {
      const registry = plain(raw);
      const pruned = pruneUnchanged(patch, registry);
      expect(withoutEmpty(mergePatch(registry, pruned))).toEqual(withoutEmpty(mergePatch(registry, patch)));
      expect(pruneUnchanged(pruned, registry)).toEqual(pruned);
    }),
  );
});

test('keeps an entry that a staged list has twice', () => {
  const registry = { servers: { git: { args: ['-v'] } } };
  const patch = { servers: { git: { args: ['-v', '-v'] } } };
  expect(rebasePatch(patch, registry, registry)).toEqual(patch);
});

test('a patch moved to the registry it was made on stays as it is', () => {
  fc.assert(
    fc.property(tree, tree, (raw, patch) => {
      const registry = plain(raw);
      const pruned = pruneUnchanged(patch, registry);
      expect(mergePatch(registry, rebasePatch(pruned, registry, registry))).toEqual(
        mergePatch(registry, pruned),
      );
    }),
  );
});
