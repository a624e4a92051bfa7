import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a program (the text of a module) has the disk confirm and exchange below a folder, in its order: `fsync NAME` and
 * `rename NAME NAME`, the folder itself as `.`.
 * @throws Error where strace is missing or the program fails
 */
export function confirmed(folder: string, program: string): string[] {
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
  if (status !== 0) throw new Error(`the program failed: ${stderr.toString()}`);
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
