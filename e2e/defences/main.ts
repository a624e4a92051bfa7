/**
 * `npm run defences`: mutates the code of each claim, one at a time and in a copy of the checkout, and runs the tests that
 * the claim names. Exits with 1 when tests miss a mutant, or fail without it.
 */
import { CheckoutCopy } from './checkout.ts';
import type { Claim } from './claim.ts';
import { claims } from './claims/index.ts';
import { judge, type Verdict } from './judge.ts';
import { projectOf } from './project.ts';
import type { TestOutcome } from './runTests.ts';
import { readSelection, selected } from './selection.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const selection = readSelection(process.argv.slice(2));
const chosen = selected(claims, selection);
const waiting = chosen.filter(({ test }) => projectOf(test.file).parallel);
const oneByOne = chosen.filter((claim) => !waiting.includes(claim));
const originals = new Map<string, Promise<TestOutcome>>();
const verdicts: (Verdict & { readonly claim: string; readonly file: string })[] = [];

await Promise.all(
  Array.from({ length: selection.jobs }, async (_, job) => {
    await using copy = await CheckoutCopy.make();
    const next = (): Claim | undefined => waiting.shift() ?? (job === 0 ? oneByOne.shift() : undefined);
    for (let claim = next(); claim !== undefined; claim = next()) {
      const verdict = await judge(copy, claim, originals);
      verdicts.push({ ...verdict, claim: claim.claim, file: claim.file });
      say(`${verdicts.length} of ${chosen.length}: ${claim.claim}: ${verdict.message}`);
    }
  }),
);
const notCaught = verdicts.filter(({ kind }) => kind !== 'caught');
for (const { kind, claim, file, message } of notCaught)
  say(`${kind.toUpperCase()}: ${claim} (${file}): ${message}`);
const count = (kind: Verdict['kind']): number => verdicts.filter((verdict) => verdict.kind === kind).length;
say(
  `${chosen.length} claims: ${count('caught')} caught, ${count('missed')} missed, ${count('broken')} broken`,
);
process.exitCode = notCaught.length === 0 && chosen.length > 0 ? 0 : 1;
