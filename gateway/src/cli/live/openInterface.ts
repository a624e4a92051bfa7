import { spawn } from 'node:child_process';
import { saysYes } from '../output/saysYes.ts';
import type { Terminal } from '../output/terminal.ts';

/** `--open`: immediately; `--no-open`: not; neither: ask. */
export type OpenChoice = boolean | undefined;

/**
 * Offers the web interface to the person at the terminal. Without a terminal nothing is asked and nothing is opened: nobody is
 * there who would see it.
 * @param open starts the browser; `ended` aborts the question when the gateway stops first
 */
export async function offerInterface(
  terminal: Terminal,
  url: string,
  choice: OpenChoice,
  ended: AbortSignal,
  open = (page: string): void => openInBrowser(terminal, page),
): Promise<void> {
  if (!terminal.stdinIsTerminal || !terminal.stdoutIsTerminal || choice === false) return;
  if (choice === true || (await saysYes(terminal, `Open ${url} in the browser?`, ended))) {
    open(url);
  }
}

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** The browser outlives the gateway; where none can be started the address is on the terminal already. */
function openInBrowser({ err }: Terminal, url: string): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' });
  child.on('error', () => err(`lmcp: no browser could be started here; open ${url} yourself\n`));
  child.unref();
}
