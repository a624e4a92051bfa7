import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { confirmed } from '../../test/confirmed.ts';

const { href: write } = new URL('./write.ts', import.meta.url);
const { href: history } = new URL('./history.ts', import.meta.url);
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-write-'));
  path = join(folder, 'registry.yaml');
  writeFileSync(path, 'old\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a new registry is on the disk before it takes the place of the old one, and then the exchange is', () => {
  const program = `import { writeRegistry } from ${JSON.stringify(write)}; await writeRegistry(${JSON.stringify(path)}, 'new\\n');`;
  expect(confirmed(folder, program)).toEqual([
    'fsync .registry.yaml.TMP',
    'rename .registry.yaml.TMP registry.yaml',
    'fsync .',
  ]);
  expect(readFileSync(path, 'utf8')).toBe('new\n');
});

test('what is kept of the old one is on the disk, under its name', () => {
  const program = `import { keepInHistory } from ${JSON.stringify(history)}; await keepInHistory(${JSON.stringify(path)}, 'old\\n', 0);`;
  expect(confirmed(folder, program)).toEqual([
    'fsync .',
    expect.stringMatching(/^fsync \.registry-history\/1970-.*\.yaml$/),
    'fsync .registry-history',
  ]);
});
