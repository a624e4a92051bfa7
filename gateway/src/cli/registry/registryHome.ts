import { posix, win32 } from 'node:path';

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The person's home folder. */
  readonly home: string;
}

/**
 * The folder of LMCP's own in which an installed package keeps the registry: below `XDG_CONFIG_HOME` (XDG Base Directory
 * Specification: a relative one is ignored), `~/Library/Application Support`, or `%APPDATA%`.
 */
export function registryHome({ env, platform, home }: Machine): string {
  const path = platform === 'win32' ? win32 : posix;
  const given = (variable: string, usual: string): string => {
    const value = env[variable] ?? '';
    return path.isAbsolute(value) ? value : usual;
  };
  switch (platform) {
    case 'win32':
      return path.join(given('APPDATA', path.join(home, 'AppData', 'Roaming')), 'lmcp');
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', 'lmcp');
    default:
      return path.join(given('XDG_CONFIG_HOME', path.join(home, '.config')), 'lmcp');
  }
}
