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
    if (this.stopped) {
      this.leaveOut(name, 'stopped before it');
      return false;
    }
    process.stdout.write(`\n=== ${name}\n`);
    const began = performance.now();
    let ok = false;
    let note;
    try {
      ok = await work();
    } catch (error) {
      note = error.message;
      process.stdout.write(`${note}\n`);
    }
    const seconds = (performance.now() - began) / 1000;
    this.results.push({ name, ok, seconds, ...(note === undefined ? {} : { note }) });
    process.stdout.write(`=== ${name}: ${ok ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)\n`);
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
