import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FoundWebFile, WebFiles } from './webFiles.ts';

let parent: string;
let folder: string;
let files: WebFiles;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'lmcp-web-'));
  folder = join(parent, 'build');
  mkdirSync(join(folder, '_app/immutable'), { recursive: true });
  writeFileSync(join(parent, 'registry.yaml'), 'secret');
  writeFileSync(join(folder, '_app/version.json'), '{}');
  writeFileSync(join(folder, '_app/immutable/a.B1.js'), 'let a;');
  writeFileSync(join(folder, 'index.html'), '<p>');
  symlinkSync(join(parent, 'registry.yaml'), join(folder, 'link.txt'));
  files = new WebFiles(folder);
});
afterEach(() => rmSync(parent, { recursive: true }));

function told(found: FoundWebFile): unknown {
  return typeof found === 'string' ? found : [found.body.toString(), found.type, found.immutable];
}

const html = ['<p>', 'text/html; charset=utf-8', false];

test.each([
  ['', html],
  ['/', html],
  ['/clients/codex', html],
  ['/index.html', html],
  ['/_app/version.json', ['{}', 'application/json; charset=utf-8', false]],
  ['/_app/immutable/a.B1.js', ['let a;', 'text/javascript; charset=utf-8', true]],
])('%j is served', async (path, expected) => {
  expect(told(await files.find(path))).toEqual(expected);
});

test.each([
  '/_app/immutable/old.A0.js',
  '/_app',
  '/favicon.ico',
  '/../registry.yaml',
  '/%2e%2e/registry.yaml',
  '/link.txt',
  '/_app/../../registry.yaml',
  '/..\\registry.yaml',
])('%j leads to no other file', async (path) => {
  const found = told(await files.find(path));
  expect([html, 'absent']).toContainEqual(found);
  expect(JSON.stringify(found)).not.toContain('secret');
});

test('a build that is missing is told apart, and a new one is taken up', async () => {
  rmSync(folder, { recursive: true });
  expect(await files.find('')).toBe('unbuilt');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), '<p>new');
  expect(told(await files.find(''))).toEqual(['<p>new', html[1], false]);
});

test('compressed copies belong to their file and are no files of their own', async () => {
  writeFileSync(join(folder, '_app/immutable/a.B1.js.br'), 'br');
  writeFileSync(join(folder, '_app/immutable/a.B1.js.gz'), 'gz');
  expect(await files.find('/_app/immutable/a.B1.js')).toMatchObject({
    body: Buffer.from('let a;'),
    compressed: [
      ['br', Buffer.from('br')],
      ['gzip', Buffer.from('gz')],
    ],
  });
  expect(await files.find('/_app/immutable/a.B1.js.br')).toBe('absent');
});
