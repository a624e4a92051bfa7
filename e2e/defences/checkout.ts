import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { root } from '../harness/gateway.ts';
import type { Defence } from './defence.ts';

/** What is installed or built is large and not changed: the copy refers to it. */
const linked = ['node_modules', '.runtime', 'e2e/node_modules', 'web/build'];
const left = [...linked, '.git', 'web', 'test-results', 'logs'];

/** A copy of the checkout, in which defences are taken out one at a time. */
export class CheckoutCopy implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<CheckoutCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-defences-'));
    const omitted = new Set(left);
    await cp(root, folder, {
      recursive: true,
      filter: (source) => !omitted.has(relative(root, source).split(sep).join('/')),
    });
    await cp(join(root, 'web/package.json'), join(folder, 'web/package.json'));
    for (const path of linked) await symlink(join(root, path), join(folder, path));
    return new CheckoutCopy(folder);
  }

  /**
   * Takes a defence out for as long as `work` runs.
   * @throws Error in words when the catalogue doesn't fit the code (any more)
   */
  async without<T>(defence: Defence, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, defence.file);
    const whole = await readFile(path, 'utf8');
    const changed = takenOut(whole, defence);
    await writeFile(path, changed);
    try {
      return await work();
    } finally {
      await writeFile(path, whole);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * The file's text without the defence.
 * @throws Error in words when its text does not stand there exactly once, or what is left can't be read as a program
 */
export function takenOut(text: string, { file, code, without }: Defence): string {
  const times = text.split(code).length - 1;
  if (times !== 1) throw new Error(`${file} has ${times} times, not once: ${code}`);
  const changed = text.replace(code, () => without);
  if (file.endsWith('.ts')) stripTypeScriptTypes(changed);
  return changed;
}
