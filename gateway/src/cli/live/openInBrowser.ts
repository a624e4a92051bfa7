import { spawn } from 'node:child_process';
import type { Terminal } from '../output/terminal.ts';

type Starter = readonly [command: string, ...args: string[]];

/** What opens an address in the person's browser; undefined where there is no screen for one. */
export function browserStarter(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Starter | undefined {
  if (platform === 'darwin') return ['open'];
  // Not `cmd /c start`: an address that an authorization server names would be read as a command line.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  const hasScreen = ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'].some(
    (name) => (env[name] ?? '') !== '',
  );
  return hasScreen ? ['xdg-open'] : undefined;
}

/** The browser outlives this process; where none can be started, the address must be on the terminal already. */
export function openInBrowser({ env, err }: Pick<Terminal, 'env' | 'err'>, url: string): void {
  const failed = (): void => err(`lmcp: no browser could be started here; open ${url} yourself\n`);
  const starter = browserStarter(process.platform, env);
  if (starter === undefined) {
    failed();
    return;
  }
  const [command, ...args] = starter;
  const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' });
  child.on('error', failed);
  child.unref();
}
