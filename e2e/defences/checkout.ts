import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { root } from '../harness/gateway.ts';
import type { Claim } from './claim.ts';
import { mutant } from './mutant.ts';

/** What is installed or built is large and not changed: the copy refers to it. */
const linked = ['node_modules', '.runtime', 'e2e/node_modules', 'web/build'];
const omitted = new Set([...linked, '.git', 'web', 'test-results', 'logs']);

/** Of the interface: its package, which the workspace names, and the project that vitest.config.ts names. */
const ofWeb = ['package.json', 'vite.config.ts', 'vitest.components.config.ts', 'unstyledAnnouncer.ts'];

/** A copy of the checkout, in which one file at a time is mutated. */
export class CheckoutCopy implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<CheckoutCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-defences-'));
    await cp(root, folder, {
      recursive: true,
      filter: (source) => !omitted.has(relative(root, source).split(sep).join('/')),
    });
    for (const file of ofWeb) await cp(join(root, 'web', file), join(folder, 'web', file));
    for (const path of linked) await symlink(join(root, path), join(folder, path));
    return new CheckoutCopy(folder);
  }

  /**
   * Runs `work` while the claim's code is mutated.
   * @throws Error when the anchor does not resolve
   */
  async mutated<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, claim.file);
    const original = await readFile(path, 'utf8').catch(() => '');
    const changed = await mutant(this.folder, claim);
    await writeFile(path, changed);
    try {
      return await work();
    } finally {
      await writeFile(path, original);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
