import { openInBrowser } from './openInBrowser.ts';
import { saysYes } from '../output/saysYes.ts';
import type { Terminal } from '../output/terminal.ts';

/** The page to ask about, and its address with what signs the browser in. */
export interface InterfacePage {
  readonly url: string;
  readonly signedIn: () => Promise<string>;
}

/** `--open`: immediately; `--no-open`: not; neither: ask. */
export type OpenChoice = boolean | undefined;

/**
 * Offers the web interface to the person at the terminal. Without a terminal nothing is asked and nothing is opened: nobody is
 * there who would see it.
 * @param open starts the browser; `ended` aborts the question when the gateway stops first
 */
export async function offerInterface(
  terminal: Terminal,
  { url, signedIn }: InterfacePage,
  choice: OpenChoice,
  ended: AbortSignal,
  open = (page: string): void => openInBrowser(terminal, page),
): Promise<void> {
  if (!terminal.stdinIsTerminal || !terminal.stdoutIsTerminal || choice === false) return;
  if (choice === true || (await saysYes(terminal, `Open ${url} in the browser?`, ended))) {
    open(await signedIn());
  }
}
