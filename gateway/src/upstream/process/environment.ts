/** What a server may see of the gateway's environment; everything else has to be declared in the registry. */
const inherited = [
  'HOME',
  'LANG',
  'LC_ALL',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TERM',
  'TMPDIR',
  'TZ',
  'USER',
] as const;

/** The same for Windows, where a program without these does not even find its own libraries. */
const inheritedOnWindows = [
  'APPDATA',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATH',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'PROGRAMFILES',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'USERNAME',
  'USERPROFILE',
] as const;

/** Marks every process that a server starts, so that it can be found wherever it has gone. */
export const instanceVariable = 'LMCP_INSTANCE';

/** The environment of a server: the fixed list above, then what the registry declares, then the mark. */
export function childEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  declared: ReadonlyMap<string, string>,
  mark: string,
  platform: NodeJS.Platform,
): Record<string, string> {
  const names: readonly string[] = platform === 'win32' ? inheritedOnWindows : inherited;
  const kept = names.flatMap((name) => {
    const value = parent[name];
    // An exported shell function is code, not a value.
    return value === undefined || value.startsWith('()') ? [] : [[name, value] as const];
  });
  return Object.fromEntries([...kept, ...declared, [instanceVariable, mark]]);
}
