import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const resolve = 'gateway/src/upstream/secrets/resolveSecrets.ts';
const secretsTest = 'e2e/registry/secrets.test.ts';

export const secretClaims: readonly Claim[] = keep('secrets', [
  {
    claim: 'a secret that is missing stops its server',
    file: resolve,
    anchor: { in: 'valueOf', node: 'if', mentions: ['missing'] },
    operator: 'condition-false',
    test: testIn(secretsTest, 'are set from stdin'),
  },
  {
    claim: 'what a server writes is shown without its secrets, whatever they look like',
    file: resolve,
    anchor: { in: 'resolved', node: 'call', name: 'knowSecrets' },
    operator: { replace: undefined },
    test: testIn(secretsTest, 'are in no log'),
  },
  {
    claim: 'a mark that the registry did not make is no reference',
    file: resolve,
    anchor: { in: 'resolved', node: 'operand', mentions: ['markOf'] },
    operator: { replace: 'forged' },
    test: testIn(secretsTest, 'are set from stdin'),
  },
  {
    claim: 'a secret that was found on the machine is not one that was sent',
    file: 'gateway/src/management/applyImport.ts',
    anchor: { in: 'applyImport', node: 'if', mentions: ['isFound'] },
    operator: 'condition-true',
    test: testIn('e2e/management/import.test.ts', 'is given to its server alone'),
  },
  {
    claim: 'the tokens of clients are given to no server',
    file: 'gateway/src/registry/secrets/references.ts',
    anchor: { in: 'referenceFault', node: 'if' },
    operator: 'condition-false',
    test: testIn('gateway/src/registry/secrets/references.test.ts', 'that cannot be are problems'),
  },
  {
    claim: 'the label of a container holds no digest of a secret',
    file: 'gateway/src/upstream/container/docker/createRequest.ts',
    anchor: { in: 'createRequest', node: 'ternary', mentions: ['shownArgs'] },
    operator: 'condition-true',
    test: testIn(
      'gateway/src/upstream/container/docker/createRequest.test.ts',
      'labels are the same whatever the secrets',
    ),
  },
]);
