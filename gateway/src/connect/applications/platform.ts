import path from 'node:path';

/** Where the files of applications are looked for: a parameter, so that every platform is tested on any. */
export interface Platform {
  readonly os: 'linux' | 'darwin' | 'win32';
  /** The person's home folder, absolute. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Joins in the way of that platform. */
export function joinOn(platform: Platform, ...parts: readonly string[]): string {
  return (platform.os === 'win32' ? path.win32 : path.posix).join(...parts);
}

export function inHome(platform: Platform, ...parts: readonly string[]): string {
  return joinOn(platform, platform.home, ...parts);
}

/** The per-user folder for configurations: `XDG_CONFIG_HOME`, `~/Library/Application Support`, or `%APPDATA%`. */
export function inConfigFolder(platform: Platform, ...parts: readonly string[]): string {
  if (platform.os === 'darwin') return inHome(platform, 'Library', 'Application Support', ...parts);
  if (platform.os === 'win32') return inAppData(platform, ...parts);
  return inDotConfig(platform, ...parts);
}

/** `~/.config` on every platform but Windows, for applications that go by XDG on macOS as well. */
export function inDotConfig(platform: Platform, ...parts: readonly string[]): string {
  if (platform.os === 'win32') return inAppData(platform, ...parts);
  const xdg = set(platform, 'XDG_CONFIG_HOME');
  return xdg === undefined ? inHome(platform, '.config', ...parts) : joinOn(platform, xdg, ...parts);
}

/** A folder that a variable moves: `$CODEX_HOME/…`, else `~/.codex/…`. */
export function inMovable(
  platform: Platform,
  variable: string,
  usual: string,
  ...parts: readonly string[]
): string {
  const moved = set(platform, variable);
  return moved === undefined ? inHome(platform, usual, ...parts) : joinOn(platform, moved, ...parts);
}

function inAppData(platform: Platform, ...parts: readonly string[]): string {
  const folder = set(platform, 'APPDATA') ?? inHome(platform, 'AppData', 'Roaming');
  return joinOn(platform, folder, ...parts);
}

function set({ env }: Platform, variable: string): string | undefined {
  const value = env[variable];
  return value === undefined || value === '' ? undefined : value;
}
