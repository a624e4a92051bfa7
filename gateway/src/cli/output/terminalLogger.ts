import type { Logger } from '../../logger.ts';
import type { Terminal } from './terminal.ts';

/** Plain lines on stderr, so that stdout stays free for results. */
export function terminalLogger({ err }: Pick<Terminal, 'err'>): Logger {
  return {
    info: (message) => err(`lmcp: ${message}\n`),
    warn: (message) => err(`lmcp: warning: ${message}\n`),
    error: (message) => err(`lmcp: error: ${message}\n`),
  };
}
