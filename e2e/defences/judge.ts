import type { CheckoutCopy } from './checkout.ts';
import type { Defence } from './defence.ts';
import { runTests, type TestOutcome } from './runTests.ts';

export interface Verdict {
  /** Whether the tests fail without the defence, and do not with it in place. */
  readonly shown: boolean;
  readonly words: string;
}

/**
 * Runs the tests of a defence without it and with it.
 * @param known outcomes with everything in place, by choice of tests: each is run once
 */
export async function judge(
  copy: CheckoutCopy,
  defence: Defence,
  known: Map<string, Promise<TestOutcome>>,
): Promise<Verdict> {
  const notShown = (words: string): Verdict => ({ shown: false, words });
  try {
    const { failed, passed, output } = await copy.without(defence, () => runTests(copy.folder, defence.test));
    if (failed.length === 0)
      return notShown(passed > 0 ? 'its tests stay green without it' : `no test ran:\n${output}`);
    const key = JSON.stringify(defence.test);
    const before = known.get(key) ?? runTests(copy.folder, defence.test);
    known.set(key, before);
    const { failed: failedBefore, passed: passedBefore, output: outputBefore } = await before;
    if (failedBefore[0] !== undefined) return notShown(`its tests fail with it too: ${failedBefore[0]}`);
    if (passedBefore === 0) return notShown(`its tests do not run:\n${outputBefore}`);
    const others = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
    return { shown: true, words: `missed by "${failed[0]}"${others}` };
  } catch (error) {
    return notShown(error instanceof Error ? error.message : String(error));
  }
}
