import { delimiter, isAbsolute, join, relative } from 'node:path';

export interface CommandPlace {
  /** The PATH variable. */
  readonly path: string;
  readonly cwd: string;
  /** Absolute: the command itself, for shells that do not find it. */
  readonly command: string;
  /** `--registry`, as given. */
  readonly registry: string | undefined;
  readonly exists: (path: string) => boolean;
}

/**
 * A command line that works when the person pastes it: `lmcp` where a shell finds it, else the command's place.
 * The folders that npm puts on the PATH of its scripts do not count, since the person's shell does not have them.
 */
export function commandLine(place: CommandPlace, rest: string): string {
  const { path, cwd, registry, exists } = place;
  const folders = path
    .split(delimiter)
    .filter((folder) => folder !== '' && !/node_modules[\\/]\.bin[\\/]?$/.test(folder));
  const found = folders.some((folder) => exists(join(folder, 'lmcp')) || exists(join(folder, 'lmcp.cmd')));
  const below = relative(cwd, place.command);
  const near = !below.startsWith('..') && !isAbsolute(below);
  const command = found ? 'lmcp' : near ? `./${quoted(below)}` : quoted(place.command);
  return `${command} ${rest}${registry === undefined ? '' : ` --registry ${quoted(registry)}`}`;
}

/** In single quotes where a POSIX shell would otherwise read more than one plain word. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
