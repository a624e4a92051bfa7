import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const discover = 'gateway/src/signin/discovery/discover.ts';
const guardedFetch = 'gateway/src/signin/guardedFetch.ts';
const attacks = 'e2e/signin/attacks.test.ts';

export const serverSignInClaims: readonly Claim[] = keep('server-sign-in', [
  {
    claim: 'metadata of another resource end a sign-in to a server',
    file: discover,
    anchor: { in: 'checkedResource', node: 'if', mentions: ['coversResource'] },
    operator: 'condition-true',
    test: testIn(attacks, 'audience confusion: metadata of another resource end the sign-in'),
  },
  {
    claim: 'an authorization server without PKCE is not signed in at',
    file: discover,
    anchor: { in: 'requireUsable', node: 'if', mentions: ['S256'] },
    operator: 'condition-false',
    test: testIn(attacks, 'metadata of another issuer, without PKCE, or with a page that is none end it'),
  },
  {
    claim: 'what a server names for its sign-in is asked only where the server could be',
    file: guardedFetch,
    anchor: { in: 'guardedFetch', node: 'if', mentions: ['mayAsk'] },
    operator: 'condition-false',
    test: testIn(attacks, 'a server of this machine cannot have LMCP ask the internet'),
  },
  {
    claim: 'a token is sent to the URL that it was given for alone',
    file: 'gateway/src/signin/usableRecord.ts',
    anchor: { in: 'usableRecord', node: 'operand', mentions: ['serverUrl'] },
    operator: 'drop-operand',
    test: testIn('e2e/signin/signIn.test.ts', 'a token is sent to the URL that it was given for'),
  },
  {
    claim: 'a token of client_credentials is sent to the URL that it was given for alone',
    file: 'gateway/src/signin/usableRecord.ts',
    anchor: { in: 'usableRecord', node: 'operand', mentions: ['serverUrl'] },
    operator: 'drop-operand',
    test: testIn('e2e/signin/perClient.test.ts', 'client_credentials sign in without a person'),
  },
  {
    claim: 'a client secret is for one authorization server, which the registry names',
    file: 'gateway/src/registry/schema/server/authSchema.ts',
    anchor: { in: 'checkTogether', node: 'if', mentions: ['issuer', 'secrets'] },
    operator: 'condition-false',
    test: testIn('gateway/src/registry/schema/server/authSchema.test.ts', 'rejects a client secret without'),
  },
  {
    claim: 'metadata of any size are not read to their end',
    file: 'gateway/src/upstream/http/exchange/readAtMost.ts',
    anchor: { in: 'readAtMost', node: 'if', mentions: ['maxBytes'] },
    operator: 'condition-false',
    test: testIn(attacks, 'huge metadata are not read to their end'),
  },
]);
