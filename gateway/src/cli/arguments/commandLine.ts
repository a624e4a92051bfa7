import { delimiter, join } from 'node:path';

export interface CommandPlace {
  /** The PATH variable. */
  readonly path: string;
  readonly cwd: string;
  readonly checkout: string;
  /** `--registry`, as given. */
  readonly registry: string | undefined;
  readonly exists: (path: string) => boolean;
}

/**
 * A command line that works when the person pastes it: `lmcp` where a shell finds it, else the command's place in the checkout.
 * The folders that npm puts on the PATH of its scripts do not count, since the person's shell does not have them.
 */
export function commandLine({ path, cwd, checkout, registry, exists }: CommandPlace, rest: string): string {
  const folders = path
    .split(delimiter)
    .filter((folder) => folder !== '' && !/node_modules[\\/]\.bin[\\/]?$/.test(folder));
  const found = folders.some((folder) => exists(join(folder, 'lmcp')) || exists(join(folder, 'lmcp.cmd')));
  const inCheckout = join('node_modules', '.bin', 'lmcp');
  const command = found ? 'lmcp' : cwd === checkout ? `./${inCheckout}` : quoted(join(checkout, inCheckout));
  return `${command} ${rest}${registry === undefined ? '' : ` --registry ${quoted(registry)}`}`;
}

/** In single quotes where a POSIX shell would otherwise read more than one plain word. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
