import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { sourceFolder } from '../test/importGraph.ts';

/**
 * What CONTRIBUTING.md asks for is about 15 files in a folder and 100 lines in a file. These bounds are the largest there are: lower
 * them when the largest has become smaller.
 */
const maxFiles = 17;
const maxLines = 340;
/** A view is markup, style and little else: what decides is a plain function, what lasts is state. */
const maxViewLines = 200;

const root = join(sourceFolder, '..', '..');
const searched = ['gateway', 'e2e', 'web/src', 'docs/site/.vitepress'];
const notOurs = new Set(['node_modules', 'build', 'dist', 'cache', '.svelte-kit', '.compile-cache']);
const isSource = (name: string): boolean =>
  /\.(ts|mjs|cjs|js|svelte)$/.test(name) && !/\.test\.\w+$/.test(name);
/** Tables of data: what is in them is looked up, not read. */
const isTable = (file: string): boolean => /\/testing\/|^e2e\/defences\/claims\//.test(file);

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : sourcesBelow(path);
    return isSource(entry.name) ? [relative(root, path)] : [];
  });
}

function fullFolders(files: readonly string[], most: number): string[] {
  const byFolder = Map.groupBy(files, (file) => dirname(file));
  return [...byFolder].flatMap(([folder, { length }]) =>
    length > most ? [`${folder} holds ${length} files: group them in folders`] : [],
  );
}

const linesOf = (text: string): number => text.split('\n').length - 1;

const files = searched.flatMap((folder) => sourcesBelow(join(root, folder)));

it('reads the gateway, the interface and the end-to-end tests', () => {
  expect(files).toEqual(
    expect.arrayContaining(['gateway/src/main.ts', 'e2e/harness/gateway.ts', 'web/src/lib/domain/pages.ts']),
  );
});

it(`keeps at most ${maxFiles} source files in a folder, tests not counted`, () => {
  expect(fullFolders(files, maxFiles)).toEqual([]);
});

it(`keeps source files below ${maxLines} lines`, () => {
  const long = files
    .filter((file) => !isTable(file))
    .map((file) => [file, linesOf(readFileSync(join(root, file), 'utf8'))] as const)
    .filter(([, lines]) => lines > maxLines)
    .map(([file, lines]) => `${file} has ${lines} lines: cut it where it does two things`);
  expect(long).toEqual([]);
});

it(`keeps components of the interface at ${maxViewLines} lines or below`, () => {
  const long = files
    .filter((file) => file.endsWith('.svelte'))
    .filter((file) => linesOf(readFileSync(join(root, file), 'utf8')) > maxViewLines);
  expect(long).toEqual([]);
});

it('names a folder that is too full', () => {
  expect(fullFolders(['a/1.ts', 'a/2.ts', 'b/3.ts'], 1)).toEqual(['a holds 2 files: group them in folders']);
});
