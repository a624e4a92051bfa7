import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';

/** How Git sees a file: a token in a tracked one ends up in every clone. */
export type GitState = 'tracked' | 'untracked' | 'ignored' | 'outside';

/** `outside` as well where there is no Git. */
export async function gitStateOf(path: string): Promise<GitState> {
  const [folder, name] = [dirname(path), basename(path)];
  if ((await exitCodeOf(folder, ['rev-parse', '--is-inside-work-tree'])) !== 0) return 'outside';
  if ((await exitCodeOf(folder, ['ls-files', '--error-unmatch', '--', name])) === 0) return 'tracked';
  return (await exitCodeOf(folder, ['check-ignore', '--quiet', '--', name])) === 0 ? 'ignored' : 'untracked';
}

function exitCodeOf(folder: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = execFile('git', [...args], { cwd: folder }, () => undefined);
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 127));
  });
}
