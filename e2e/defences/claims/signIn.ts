import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const route = 'gateway/src/http/routes/signIn.ts';
const sessions = 'gateway/src/clients/browserSessions.ts';
const manager = 'gateway/src/clients/manager.ts';
const endToEnd = 'e2e/management/signIn.test.ts';

export const signInClaims: readonly Claim[] = keep('browser-sign-in', [
  {
    claim: 'a link is issued through the Unix socket alone',
    file: route,
    anchor: { in: 'signInLinkRoute', node: 'if', mentions: ['cameThroughSocket'] },
    operator: 'condition-false',
    test: testIn(endToEnd, 'the network is given no link'),
  },
  {
    claim: 'a link is issued where the registry allows it alone',
    file: route,
    anchor: { in: 'signInLinkRoute', node: 'if', mentions: ['browserSignIn'] },
    operator: 'condition-false',
    test: testIn(endToEnd, 'browser_sign_in: false forbids'),
  },
  {
    claim: 'the code of a link is exchanged once',
    file: sessions,
    anchor: { in: 'BrowserSessions.exchange', node: 'statement', mentions: ['delete'] },
    operator: 'drop-statement',
    test: testIn('gateway/src/clients/browserSessions.test.ts', 'a link begins one session, once'),
  },
  {
    claim: 'links and sessions expire',
    file: sessions,
    anchor: { in: 'BrowserSessions.#valid', node: 'operand', mentions: ['expires'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/clients/browserSessions.test.ts', 'a session ends when it is ended'),
  },
  {
    claim: 'another user of the machine does not use a link',
    file: route,
    anchor: { in: 'signInRoute', node: 'operand', mentions: ['isOurs'] },
    operator: 'drop-operand',
    test: testIn(endToEnd, 'another user of the machine'),
  },
  {
    claim: 'an end that nobody has any more is not one of root',
    file: 'gateway/src/http/door/peerUser.ts',
    anchor: { in: 'peerUser', node: 'operand', mentions: ['inode'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/http/door/peerUser.test.ts', 'its program has closed'),
  },
  {
    claim: 'another address of this machine is not another machine',
    file: 'gateway/src/http/door/peerUser.ts',
    anchor: { in: 'peerUser', node: 'ternary', mentions: ['isOfThisMachine'] },
    operator: 'condition-false',
    test: testIn('gateway/src/http/door/peerUser.test.ts', 'by another address of this machine'),
  },
  {
    claim: 'a session is valid while the registry allows signing in by a link',
    file: manager,
    anchor: { in: 'sessionOf', node: 'operand', mentions: ['browserSignIn'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/clients/manager.test.ts'),
  },
]);
