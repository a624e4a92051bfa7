import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

/** What reaches terminals and logs. */
export const outputClaims: readonly Claim[] = keep('terminal-output', [
  {
    claim: 'what a command prints to a terminal is escaped',
    file: 'gateway/src/cli/output/printer.ts',
    anchor: { in: 'printer', node: 'ternary', mentions: ['escapes'] },
    operator: 'condition-false',
    test: testIn('gateway/src/cli/output/printer.test.ts'),
  },
]);
