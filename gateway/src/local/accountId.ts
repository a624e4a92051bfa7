import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The number of a user or group of this system, by its name or number (passwd(5), group(5)); undefined where there is none. */
export async function accountId(kind: 'user' | 'group', name: string): Promise<number | undefined> {
  if (/^\d+$/.test(name)) return Number(name);
  const [file, database] = kind === 'user' ? ['/etc/passwd', 'passwd'] : ['/etc/group', 'group'];
  const local = await readFile(file, 'utf8').catch(() => '');
  const found = idIn(local, name);
  if (found !== undefined) return found;
  // A directory service knows some that the file does not name.
  const { stdout } = await run('getent', [database, name]).catch(() => ({ stdout: '' }));
  return idIn(stdout, name);
}

function idIn(text: string, name: string): number | undefined {
  const row = text
    .split('\n')
    .map((line) => line.trim().split(':'))
    .find(([first]) => first === name);
  const id = Number(row?.[2] ?? Number.NaN);
  return Number.isSafeInteger(id) ? id : undefined;
}
