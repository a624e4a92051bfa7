import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the fuzzer's native part was built against. */
const neededGlibc = [2, 38] as const;

/**
 * The command that starts Node so that the fuzzer can be loaded: Node itself, or Node on a newer C library where the machine's is
 * too old for the fuzzer.
 * @param root the checkout
 * @throws where that library can't be had; the script has said why
 */
export function nodeForFuzzer(root: string): readonly [string, ...string[]] {
  if (process.platform !== 'linux' || isEnough(glibcVersion())) return [process.execPath];
  const folder = join(root, '.runtime/newer-libc');
  execFileSync('bash', [join(import.meta.dirname, 'newer-libc.sh'), folder], { stdio: 'inherit' });
  const loader = readdirSync(folder).find((name) => name.startsWith('ld-linux'));
  if (loader === undefined) throw new Error(`${folder} holds no loader: remove that folder and try again`);
  return [join(folder, loader), '--library-path', folder, process.execPath];
}

/** Whether a version such as `2.36` is the one needed or newer; an unknown one is left to the loader to judge. */
export function isEnough(version: string | undefined): boolean {
  if (version === undefined) return true;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > neededGlibc[0] || (major === neededGlibc[0] && minor >= neededGlibc[1]);
}

function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}
