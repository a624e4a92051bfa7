import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { confirmed } from '../../test/confirmed.ts';

const { href: durableFolder } = new URL('./durableFolder.ts', import.meta.url);
const { href: openAudit } = new URL('../audit/openAudit.ts', import.meta.url);
const { href: clock } = new URL('../clock.ts', import.meta.url);
const { href: logger } = new URL('../logger.ts', import.meta.url);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that makes that folder. */
function making(path: string): string {
  return `import { makeDurableFolder } from ${JSON.stringify(durableFolder)};
    await makeDurableFolder(${JSON.stringify(path)});`;
}

test('the name of every folder that had to be made is on the disk', () => {
  expect(confirmed(folder, making(join(folder, 'a/b/c')))).toEqual(['fsync a/b', 'fsync a', 'fsync .']);
  expect(statSync(join(folder, 'a/b/c')).mode & 0o777).toBe(0o700);
});

test('a folder that is there already costs nothing', () => {
  mkdirSync(join(folder, 'a'));
  expect(confirmed(folder, making(join(folder, 'a')))).toEqual([]);
});

test('a new audit log, its folder and its keys are on the disk with their names before the first line', () => {
  const program = `import { openAudit } from ${JSON.stringify(openAudit)};
    import { systemClock } from ${JSON.stringify(clock)};
    import { silentLogger } from ${JSON.stringify(logger)};
    const audit = await openAudit({
      path: ${JSON.stringify(join(folder, 'logs/audit.log'))}, rotateMib: () => 1,
      keyDir: ${JSON.stringify(join(folder, 'config'))}, clock: systemClock, logger: silentLogger,
    });
    await audit.close();`;
  const names = confirmed(folder, program);
  const first = names.indexOf('fsync logs/audit.log');
  expect(names.slice(0, first)).toEqual([
    'fsync .',
    'fsync .',
    'fsync config/audit.key.TMP',
    'fsync config',
    'fsync config/audit-checkpoint.key.TMP',
    'fsync config',
    'fsync logs',
  ]);
});
