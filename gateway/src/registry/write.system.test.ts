import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

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

/** What a program has the disk confirm and exchange, in its order: `fsync NAME` and `rename NAME NAME`, folders as `.`. */
function confirmed(program: string): string[] {
  const record = join(folder, 'trace');
  const filter = ['-e', 'trace=fsync,fdatasync,rename,renameat,renameat2'];
  const node = [process.execPath, '--input-type=module', '-e', program];
  const { status, error, stderr } = spawnSync('strace', [
    '-f',
    '-y',
    '-qq',
    '-o',
    record,
    ...filter,
    ...node,
  ]);
  if (error !== undefined) throw new Error(`this test needs strace: ${error.message}`);
  expect([status, stderr.toString()]).toEqual([0, expect.any(String)]);
  const short = (name = ''): string =>
    name.slice(folder.length + 1).replace(/\.[0-9a-f]{12}\.tmp$/, '.TMP') || '.';
  return readFileSync(record, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const synced = /(?:fsync|fdatasync)\(\d+<([^>]+)>/.exec(line)?.[1];
      if (synced?.startsWith(folder) === true) return `fsync ${short(synced)}`;
      const [, from, to] =
        /rename\w*\((?:AT_FDCWD<[^>]*>, )?"([^"]+)", (?:AT_FDCWD<[^>]*>, )?"([^"]+)"/.exec(line) ?? [];
      return from === undefined ? [] : `rename ${short(from)} ${short(to)}`;
    });
}

test('a new registry is on the disk before it takes the place of the old one, and then the exchange is', () => {
  const program = `import { writeRegistry } from ${JSON.stringify(write)}; await writeRegistry(${JSON.stringify(path)}, 'new\\n');`;
  expect(confirmed(program)).toEqual([
    'fsync .registry.yaml.TMP',
    'rename .registry.yaml.TMP registry.yaml',
    'fsync .',
  ]);
  expect(readFileSync(path, 'utf8')).toBe('new\n');
});

test('what is kept of the old one is on the disk, under its name', () => {
  const program = `import { keepInHistory } from ${JSON.stringify(history)}; await keepInHistory(${JSON.stringify(path)}, 'old\\n', 0);`;
  expect(confirmed(program)).toEqual([
    expect.stringMatching(/^fsync \.registry-history\/1970-.*\.yaml$/),
    'fsync .registry-history',
  ]);
});
