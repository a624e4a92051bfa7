import type { CheckoutCopy } from './checkout.ts';
import type { Claim } from './claim.ts';
import { runTests, type TestOutcome } from './runTests.ts';

export interface Verdict {
  /** `missed`: the tests pass with the mutant too. `broken`: they fail without it, don't run, or the anchor is gone. */
  readonly kind: 'caught' | 'missed' | 'broken';
  readonly message: string;
}

/**
 * Runs a claim's tests with its code mutated and, once per choice of tests, with the original code.
 * @param originals outcomes with the original code, by choice of tests
 */
export async function judge(
  copy: CheckoutCopy,
  claim: Claim,
  originals: Map<string, Promise<TestOutcome>>,
): Promise<Verdict> {
  try {
    const mutated = await copy.mutated(claim, () => runTests(copy.folder, claim.test));
    if (mutated.failed.length === 0) return notCaught(mutated);
    const key = JSON.stringify(claim.test);
    const known = originals.get(key) ?? runTests(copy.folder, claim.test);
    originals.set(key, known);
    const original = await known;
    if (original.failed[0] !== undefined)
      return { kind: 'broken', message: `its tests fail without the mutant too: ${original.failed[0]}` };
    if (original.passed === 0) return { kind: 'broken', message: `no test ran:\n${original.output}` };
    return {
      kind: 'caught',
      message: `caught by "${mutated.failed[0]}"${others(mutated.failed.length - 1)}`,
    };
  } catch (error) {
    return { kind: 'broken', message: error instanceof Error ? error.message : String(error) };
  }
}

function notCaught({ passed, output }: TestOutcome): Verdict {
  if (passed > 0) return { kind: 'missed', message: 'its tests pass with the mutant' };
  return { kind: 'broken', message: `no test ran:\n${output}` };
}

function others(count: number): string {
  return count > 0 ? ` and ${count} more` : '';
}
