/**
 * One line for the person at the terminal; stdout stays free for results.
 * @param {string} message
 */
export function tell(message) {
  process.stderr.write(`lmcp: ${message}\n`);
}

/** Set-up can't go on; the message says what happened and what to do about it. */
export class SetupError extends Error {
  name = 'SetupError';
}
