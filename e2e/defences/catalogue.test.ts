import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from '../harness/gateway.ts';
import { claims } from './claims/index.ts';
import { mutant } from './mutant.ts';
import { projectOf } from './project.ts';
import { promiseIds, promisesIn, testsOfPromises } from './promises.ts';
import { nearest } from './syntax/nearest.ts';
import { descendants, parseSource } from './syntax/parse.ts';
import { resolve } from './syntax/resolve.ts';
import { reworded } from './syntax/reworded.ts';
import { canHold, titlesIn } from './syntax/titles.ts';

const titles = new Map<string, Promise<readonly string[]>>();

async function titlesOf(file: string): Promise<readonly string[]> {
  const known = titles.get(file) ?? read(file).then((text) => titlesIn(parseSource(file, text)));
  titles.set(file, known);
  return known;
}

function identifiersIn(node: ts.Node): readonly string[] {
  return [node, ...descendants(node)].filter(ts.isIdentifier).map(({ text }) => text);
}

const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

test.each(claims)('$claim: its anchor resolves to one node, and the mutant parses', async (claim) => {
  expect(await mutant(root, claim)).not.toBe(await read(claim.file));
});

test.each(claims)('$claim: its anchor survives rewording', async ({ file, anchor }) => {
  const source = parseSource(file, await read(file));
  const node = resolve(reworded(source, anchor.mentions ?? []), anchor);
  expect(identifiersIn(node)).toEqual(identifiersIn(resolve(source, anchor)));
});

test.each(claims)('$claim: its test exists', async ({ test: { file, name = '' } }) => {
  expect(projectOf(file).name).not.toBe('');
  const known = await titlesOf(file);
  if (known.some((title) => canHold(title, name))) return;
  throw new Error(`${file} has no test "${name}". Nearest titles: ${nearest(name, known).join(' | ')}.`);
});

// Vitest fills placeholders in before it looks for a name.
test('no claim names a test by a placeholder of its title', () => {
  const names = claims.map(({ test: { name = '' } }) => name);
  expect(names.filter((name) => /%[sdifjoO#$%]|\$[a-z]/.test(name))).toEqual([]);
});

test('every promise of SECURITY.md rests on a claim', async () => {
  expect(promisesIn(await read('SECURITY.md'))).toEqual(promiseIds);
  const kept = new Set(claims.map(({ promise }) => promise));
  expect(promiseIds.filter((id) => !kept.has(id))).toEqual([]);
});

test('every promise of SECURITY.md names tests, and each of them exists', async () => {
  const named = testsOfPromises(await read('SECURITY.md'));
  expect([...named.keys()]).toEqual(promiseIds);
  expect([...named].filter(([, tests]) => tests.length === 0)).toEqual([]);
  const missing = [...named].flatMap(([id, tests]) =>
    tests.filter((pattern) => globSync(pattern, { cwd: root }).length === 0).map((test) => `${id}: ${test}`),
  );
  expect(missing).toEqual([]);
});

test('every promise of SECURITY.md names a test that fails without a claim of it', async () => {
  const named = testsOfPromises(await read('SECURITY.md'));
  const idle = promiseIds.filter((id) => {
    const files = new Set((named.get(id) ?? []).flatMap((pattern) => globSync(pattern, { cwd: root })));
    return !claims.some(({ promise, test: { file } }) => promise === id && files.has(file));
  });
  expect(idle).toEqual([]);
});

test('no two claims have the same text', () => {
  const texts = claims.map(({ claim }) => claim);
  expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([]);
});
