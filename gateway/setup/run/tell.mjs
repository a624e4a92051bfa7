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

/**
 * Runs a whole command: what is wrong with the set-up ends it with words for the reader instead of a stack.
 * @param {() => Promise<void>} work
 */
export async function command(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    tell(error.message);
    process.exitCode ||= 1;
  }
}
