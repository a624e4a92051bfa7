import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDefaultRegistry } from './default.ts';
import { custodyFault, custodyWarnings, replaceableFault } from './custody.ts';
import { readRegistryText } from './registryFile.ts';

const alone = { uid: 1000, othersIn: () => [] };
const shared = { uid: 1000, othersIn: () => ['a', 'b', 'c', 'd'] };
const held = (uid: number, mode: number) => ({ path: '/r', stats: { uid, gid: 50, mode } });

test.each([
  ['our own', held(1000, 0o600), shared, undefined],
  ['of root', held(0, 0o644), shared, undefined],
  ['readable', held(1000, 0o755), shared, undefined],
  ['writable by a group of our own', held(1000, 0o664), alone, undefined],
  [
    'of another user',
    held(1001, 0o600),
    alone,
    '/r belongs to user 1001. If it is yours, run: sudo chown 1000 /r',
  ],
  ['writable by everybody', held(1000, 0o1777), alone, 'everybody may change /r. Run: chmod o-w /r'],
  [
    'writable by a shared group',
    held(1000, 0o620),
    shared,
    'group 50 may change /r, and has other members (a, b, c, …). Run: chmod g-w /r',
  ],
])('judges a file by its owner and mode: %s', (_, what, who, fault) => {
  expect(custodyFault(what, who)).toBe(fault);
});

let folder: string;
let config: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-custody-'));
  [config, path] = [join(folder, 'config'), join(folder, 'config/registry.yaml')];
  mkdirSync(config, { mode: 0o700 });
  writeFileSync(path, 'lmcp: {}\n', { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

test('rejects a registry if its file, its folder or the folder of a link to it is world-writable', async () => {
  expect(await readRegistryText(path)).toBe('lmcp: {}\n');
  chmodSync(path, 0o606);
  await expect(readRegistryText(path)).rejects.toThrow(`everybody may change ${path}`);
  chmodSync(path, 0o600);
  chmodSync(config, 0o777);
  await expect(readRegistryText(path)).rejects.toThrow(`chmod o-w ${config}`);
  chmodSync(config, 0o700);
  const links = join(folder, 'links');
  mkdirSync(links);
  chmodSync(links, 0o777);
  symlinkSync(path, join(links, 'registry.yaml'));
  await expect(readRegistryText(join(links, 'registry.yaml'))).rejects.toThrow(`chmod o-w ${links}`);
});

test('does not write a registry into a world-writable folder', async () => {
  chmodSync(config, 0o777);
  const first = createDefaultRegistry(join(config, 'other.yaml'), { serverScript: '/x.mjs' });
  await expect(first).rejects.toThrow(`no registry is written: everybody may change ${config}`);
});

test('warns of a folder that the user’s own group may change', async () => {
  expect(await custodyWarnings(path)).toEqual([]);
  chmodSync(config, 0o770);
  expect(await custodyWarnings(path)).toEqual([expect.stringContaining(`chmod g-w ${config}`)]);
});

test('finds who could replace a folder: by the folders above it, and by those of links on its way', async () => {
  expect(await replaceableFault(config)).toBeUndefined();
  chmodSync(folder, 0o1777);
  expect(await replaceableFault(config)).toBeUndefined();
  chmodSync(folder, 0o777);
  expect(await replaceableFault(config)).toContain(`chmod o-w ${folder}`);
  const deeper = join(config, 'deeper');
  mkdirSync(deeper);
  expect(await replaceableFault(deeper)).toContain(`chmod o-w ${folder}`);
  chmodSync(folder, 0o700);
  const open = join(folder, 'open');
  mkdirSync(open);
  symlinkSync('../config', join(open, 'second'));
  symlinkSync('open/second', join(folder, 'first'));
  expect(await replaceableFault(join(folder, 'first/deeper'))).toBeUndefined();
  chmodSync(open, 0o777);
  expect(await replaceableFault(join(folder, 'first/deeper'))).toContain(`chmod o-w ${open}`);
});
