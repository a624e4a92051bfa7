import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

/** What reaches terminals and logs. */
const terminalOutput = keep('terminal-output', [
  {
    claim: 'what a command prints to a terminal is escaped',
    file: 'gateway/src/cli/output/printer.ts',
    anchor: { in: 'printer', node: 'ternary', mentions: ['escapes'] },
    operator: 'condition-false',
    test: testIn('gateway/src/cli/output/printer.test.ts'),
  },
]);

const serverMessages = keep('server-messages', [
  {
    claim: 'secrets are removed from the detail of a failure',
    file: 'gateway/src/upstream/secrets/failureText.ts',
    anchor: { in: 'failureText', node: 'call', name: 'withoutSecrets', mentions: ['text'] },
    operator: 'call-to-argument',
    test: testIn('e2e/servers/leakingServers.test.ts'),
  },
  {
    claim: 'secrets are removed from the schemas and descriptions that management shows',
    file: 'gateway/src/upstream/secrets/withoutSecrets.ts',
    anchor: { in: 'valueWithoutSecrets', node: 'call', name: 'mapTexts' },
    operator: 'call-to-argument',
    test: testIn('e2e/servers/leakingServers.test.ts'),
  },
]);

export const outputClaims: readonly Claim[] = [...terminalOutput, ...serverMessages];
