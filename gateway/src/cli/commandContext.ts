import type { Terminal } from './output/terminal.ts';

/** What every command gets beside its own arguments. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Absolute. */
  readonly registryPath: string;
  /** False where it merely is in the current folder: {@link requireChosen}. */
  readonly registryChosen: boolean;
  /** A command line to show, with what finds this command and this registry again: `connect vscode --print`. */
  readonly commandLine: (rest: string) => string;
}
