import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const folder = 'gateway/src/clients/issuer';
const unit = `${folder}/issuerTokens.test.ts`;
const endToEnd = 'e2e/access/issuer.test.ts';

export const issuerTokenClaims: readonly Claim[] = keep('issuer-tokens', [
  {
    claim: 'a token is for this gateway',
    file: `${folder}/accessToken.ts`,
    anchor: { in: 'checkAccessToken', node: 'if', mentions: ['isForThis'] },
    operator: 'condition-false',
    test: testIn(unit, 'a token that is for another service is rejected'),
  },
  {
    claim: 'an ID token is no access token',
    file: `${folder}/accessToken.ts`,
    anchor: { in: 'checkAccessToken', node: 'operand', mentions: ['isOfOtherKind'] },
    operator: 'drop-operand',
    test: testIn(unit, 'a token that is an ID token is rejected'),
  },
  {
    claim: 'an address that nobody has verified identifies nobody',
    file: `${folder}/claims.ts`,
    anchor: { in: 'valuesOf', node: 'if', mentions: ['email_verified'] },
    operator: 'condition-false',
    test: testIn(unit, 'the map decides'),
  },
  {
    claim: 'an issuer names keys of its own metadata alone',
    file: `${folder}/issuerKeys.ts`,
    anchor: { in: 'readKeys', node: 'operand', mentions: ['metadata', 'issuer', 'url'] },
    operator: 'drop-operand',
    test: testIn(unit, 'an issuer of this machine that names another issuer is not used'),
  },
  {
    claim: 'strangers have keys fetched at most twice a minute',
    file: `${folder}/issuerKeys.ts`,
    anchor: { in: 'IssuerKeys.#renewed', node: 'if', mentions: ['pause'] },
    operator: 'condition-false',
    test: testIn(unit, 'not for every stranger'),
  },
  {
    claim: 'documents are fetched from where they may be alone',
    file: 'gateway/src/upstream/http/exchange/fetchJson.ts',
    anchor: { in: 'fetchJson', node: 'if', mentions: ['mayAsk'] },
    operator: 'condition-false',
    test: testIn(unit, 'an issuer of this machine that has its keys on a private network is not used'),
  },
  {
    claim: 'a token in an address is not looked at',
    file: 'gateway/src/http/caller.ts',
    anchor: { in: 'callerOf', node: 'operand', mentions: ['query', 'has', 'token'] },
    operator: 'drop-operand',
    test: testIn(endToEnd, 'in a URL'),
  },
  {
    claim: 'a token does not go with the id or connection of another client',
    file: `${folder}/byIssuerToken.ts`,
    anchor: { in: 'byIssuerToken', node: 'operand', mentions: ['others', 'some'] },
    operator: 'drop-operand',
    test: testIn(endToEnd, 'beside the id of another client'),
  },
  {
    claim: 'what is open ends when a later token says another client',
    file: `${folder}/issuerTokens.ts`,
    anchor: { in: 'IssuerTokens.#remember', node: 'if', mentions: ['clientIdOf'] },
    operator: 'condition-false',
    test: testIn(unit, 'ends when their token says something else'),
  },
  {
    claim: "LMCP's own tokens are not accepted beside an issuer",
    file: 'gateway/src/clients/heldCredentials.ts',
    anchor: { in: 'signsInHere', node: 'operand', mentions: ['oauthIssuer'] },
    operator: 'drop-operand',
    test: testIn(endToEnd, 'LMCP is no authorization server beside it'),
  },
]);
