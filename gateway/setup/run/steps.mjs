/**
 * The steps of one test run: each with its headline and its time, and none that keeps the next from being seen.
 * @typedef {{ name: string, ok: boolean, seconds: number, note?: string }} StepResult
 */
export class Steps {
  /** @type {StepResult[]} */
  results = [];
  /** Somebody asked us to stop: no further step begins. */
  stopped = false;

  /**
   * @param {string} name
   * @param {() => Promise<boolean>} work gives whether it went well; a throw is a failure with its message as the note
   * @returns {Promise<boolean>}
   */
  async run(name, work) {
    if (!this.#begins(name)) return false;
    process.stdout.write(`\n=== ${name}\n`);
    return this.#take(name, async () => ({ code: (await work()) ? 0 : 1, output: '' }));
  }

  /**
   * As `run`, for a step that runs beside others: what it says is written in one piece at its end.
   * @param {string} name
   * @param {() => Promise<{ code: number, output: string }>} work
   * @returns {Promise<boolean>}
   */
  async runBeside(name, work) {
    return this.#begins(name) && this.#take(name, work, `\n=== ${name}\n`);
  }

  #begins(name) {
    if (this.stopped) this.leaveOut(name, 'stopped before it');
    return !this.stopped;
  }

  async #take(name, work, headline = '') {
    const began = performance.now();
    const { code, output, note } = await work().catch(({ message }) => ({
      code: 1,
      output: `${message}\n`,
      note: message,
    }));
    const ok = code === 0;
    const seconds = (performance.now() - began) / 1000;
    this.results.push({ name, ok, seconds, ...(note === undefined ? {} : { note }) });
    const end = `=== ${name}: ${ok ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)\n`;
    process.stdout.write(`${headline}${output}${end}`);
    return ok;
  }

  /** A step that can't be taken here, and why: it counts as failed. */
  leaveOut(name, why) {
    this.results.push({ name, ok: false, seconds: 0, note: `NOT TESTED: ${why}` });
    process.stdout.write(`\n=== ${name}: NOT TESTED: ${why}\n`);
  }

  get ok() {
    return this.results.every((step) => step.ok);
  }

  summary() {
    return this.results.map(describeStep).join('\n');
  }
}

/** @param {StepResult} step */
export function describeStep({ name, ok, seconds, note }) {
  const line = `${ok ? 'ok    ' : 'FAILED'} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${name}`;
  return note === undefined ? line : `${line}\n                 ${note}`;
}
