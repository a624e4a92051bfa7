/** What the person at the terminal reads. Never a token, an argument or a result value. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Plain lines on stderr, so that stdout stays free for results. */
export const stderrLogger: Logger = {
  info: (message) => void process.stderr.write(`lmcp: ${message}\n`),
  warn: (message) => void process.stderr.write(`lmcp: warning: ${message}\n`),
  error: (message) => void process.stderr.write(`lmcp: error: ${message}\n`),
};

export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} };
