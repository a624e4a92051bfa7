/**
 * `npm run defences`: takes each defence of the catalogue out, one at a time and in a copy of the checkout, and runs the
 * tests that stand for it. Exits with 1 when one stays green, or is red with the defence in place.
 */
import { parseArgs } from 'node:util';
import { catalogue } from './catalogue/index.ts';
import { CheckoutCopy } from './checkout.ts';
import type { Defence, TestChoice } from './defence.ts';
import { runTests, type TestOutcome } from './runTests.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const { only } = values;
const chosen = catalogue.filter(
  ({ against, file, test }) =>
    only === undefined || [against, file, test.file].some((text) => text.includes(only)),
);
await using copy = await CheckoutCopy.make();
const whole = new Map<string, Promise<TestOutcome>>();
const problems: string[] = [];
for (const [i, defence] of chosen.entries()) {
  const verdict = await tryOne(defence);
  say(`${i + 1} of ${chosen.length}: ${defence.against}: ${verdict.problem ?? verdict.words}`);
  if (verdict.problem !== undefined)
    problems.push(`${defence.against} (${defence.file}): ${verdict.problem}`);
}
for (const problem of problems) say(`NOT SHOWN: ${problem}`);
say(
  `${chosen.length - problems.length} of ${chosen.length} defences are missed by their tests when they are gone`,
);
process.exitCode = problems.length === 0 && chosen.length > 0 ? 0 : 1;

async function tryOne(defence: Defence): Promise<{ words: string; problem?: string }> {
  const { failed, passed, output } = await copy.without(defence, () => runTests(copy.folder, defence.test));
  if (failed.length === 0) {
    return { words: '', problem: passed > 0 ? 'its tests stay green without it' : `no test ran:\n${output}` };
  }
  const before = await withDefence(defence.test);
  if (before.failed.length > 0)
    return { words: '', problem: `its tests fail with it too: ${before.failed[0]}` };
  if (before.passed === 0) return { words: '', problem: `its tests do not run:\n${before.output}` };
  return { words: `missed by "${failed[0]}"${failed.length > 1 ? ` and ${failed.length - 1} more` : ''}` };
}

/** The same tests with everything in place; each choice once. */
function withDefence(test: TestChoice): Promise<TestOutcome> {
  const key = JSON.stringify(test);
  const known = whole.get(key) ?? runTests(copy.folder, test);
  whole.set(key, known);
  return known;
}
