import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { npmQuietly } from './npm.mjs';
import { tell } from '../run/tell.mjs';

const described = ['package.json', 'package-lock.json'];
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];

/**
 * Installs programs as a lockfile pins them, in a folder of their own and without running any of their scripts, unless the folder
 * holds exactly that already.
 * @param {{ from: string, into: string, node: string, what: string, nested?: readonly string[] }} how `from` holds package.json and package-lock.json; `node`:
 *   path of the Node binary that npm shall run on; `what` is for the reader: "mcp-proxy and supergateway (about 105 MB)"; `nested`: folders
 *   of packages that have a lockfile of their own for dependencies that their own scripts would install
 * @throws {import('../run/tell.mjs').SetupError}
 */
export async function installPinned({ from, into, node, what, nested = [] }) {
  const wanted = readFileSync(join(from, 'package-lock.json'), 'utf8');
  // Written last, so that an installation that broke off is not taken for a whole one.
  const mark = join(into, 'installed.lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  tell(`installing ${what}`);
  rmSync(mark, { force: true });
  mkdirSync(into, { recursive: true });
  for (const name of described) copyFileSync(join(from, name), join(into, name));
  const doing = `installing ${what}`;
  await npmQuietly(['ci', ...quiet], { cwd: into, node, doing });
  for (const folder of nested) {
    // As code-server's own script has it: its lockfile leaves out peers.
    const args = ['ci', '--omit=dev', '--legacy-peer-deps', ...quiet];
    await npmQuietly(args, { cwd: join(into, folder), node, doing });
  }
  copyFileSync(join(from, 'package-lock.json'), mark);
}
