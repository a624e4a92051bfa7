/**
 * `npm run defences`: takes each defence of the catalogue out, one at a time and in a copy of the checkout, and runs the
 * tests that stand for it. Exits with 1 when one stays green, or is red with the defence in place.
 */
import { parseArgs } from 'node:util';
import { catalogue } from './catalogue/index.ts';
import { CheckoutCopy } from './checkout.ts';
import type { Defence } from './defence.ts';
import { judge } from './judge.ts';
import type { TestOutcome } from './runTests.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const { values } = parseArgs({
  options: { only: { type: 'string' }, jobs: { type: 'string', default: '2' } },
});
const jobs = Number(values.jobs);
if (!Number.isInteger(jobs) || jobs < 1)
  throw new Error(`--jobs must be a number from 1, not ${values.jobs}`);
const chosen = catalogue.filter((defence) => isAbout(defence, values.only));
const waiting = [...chosen];
const whole = new Map<string, Promise<TestOutcome>>();
const problems: string[] = [];
let done = 0;

await Promise.all(
  Array.from({ length: jobs }, async () => {
    await using copy = await CheckoutCopy.make();
    for (let defence = waiting.shift(); defence !== undefined; defence = waiting.shift()) {
      const { words, shown } = await judge(copy, defence, whole);
      say(`${++done} of ${chosen.length}: ${defence.against}: ${words}`);
      if (!shown) problems.push(`${defence.against} (${defence.file}): ${words}`);
    }
  }),
);
for (const problem of problems) say(`NOT SHOWN: ${problem}`);
say(
  `${chosen.length - problems.length} of ${chosen.length} defences are missed by their tests when they are gone`,
);
process.exitCode = problems.length === 0 && chosen.length > 0 ? 0 : 1;

function isAbout({ against, file, test }: Defence, only: string | undefined): boolean {
  return only === undefined || [against, file, test.file].some((text) => text.includes(only));
}
