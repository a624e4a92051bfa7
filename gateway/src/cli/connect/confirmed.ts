import { saysYes } from '../output/saysYes.ts';
import type { Terminal } from '../output/terminal.ts';

/** Whether the change may be made: `--yes`, or a yes on the terminal. */
export async function confirmed(terminal: Terminal, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!terminal.stdinIsTerminal || !terminal.stdoutIsTerminal) {
    terminal.err('lmcp: nothing was changed; with --yes it is\n');
    return false;
  }
  return saysYes(terminal, 'Write this?');
}
