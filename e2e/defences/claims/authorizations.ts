import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const folder = 'gateway/src/clients/authorizations';
const endToEnd = 'e2e/access/authorizations.test.ts';

export const authorizationClaims: readonly Claim[] = keep('authorizations', [
  {
    claim: 'a code is exchanged once',
    file: `${folder}/authorizationCodes.ts`,
    anchor: { in: 'AuthorizationCodes.exchange', node: 'if', mentions: ['used'] },
    operator: 'condition-false',
    test: testIn(`${folder}/authorizationCodes.test.ts`, 'a code is exchanged once'),
  },
  {
    claim: 'a code is of no use without its verifier',
    file: `${folder}/authorizationCodes.ts`,
    anchor: { in: 'AuthorizationCodes.exchange', node: 'operand', mentions: ['isVerifier'] },
    operator: 'drop-operand',
    test: testIn(`${folder}/authorizationCodes.test.ts`, 'a code is used up by a try'),
  },
  {
    claim: 'a code expires',
    file: `${folder}/authorizationCodes.ts`,
    anchor: { in: 'AuthorizationCodes.exchange', node: 'operand', mentions: ['codeMs'] },
    operator: 'drop-operand',
    test: testIn(`${folder}/authorizationCodes.test.ts`, 'a code is good for a minute'),
  },
  {
    claim: 'a refresh token that comes again ends the authorization',
    file: `${folder}/authorizations.ts`,
    anchor: { in: 'Authorizations.renew', node: 'if', mentions: ['used_at', 'leewayMs'] },
    operator: 'condition-false',
    test: testIn(`${folder}/authorizations.test.ts`, 'a refresh token is good once'),
  },
  {
    claim: 'an old refresh token is known also when its digest is gone',
    file: `${folder}/authorizations.ts`,
    anchor: { in: 'Authorizations.#ofRefreshToken', node: 'if', mentions: ['facts'] },
    operator: 'condition-true',
    test: testIn(`${folder}/authorizations.test.ts`, 'however often that was renewed since'),
  },
  {
    claim: 'a refresh token cannot be forged',
    file: `${folder}/refreshTokens.ts`,
    anchor: { in: 'RefreshTokens.read', node: 'operand', mentions: ['timingSafeEqual'] },
    operator: 'drop-operand',
    test: testIn(`${folder}/authorizations.test.ts`, 'is of another installation'),
  },
  {
    claim: 'an access token expires',
    file: `${folder}/authorizations.ts`,
    anchor: { in: 'Authorizations.#valid', node: 'operand', mentions: ['expires_at'] },
    operator: 'drop-operand',
    test: testIn(`${folder}/authorizations.test.ts`, 'an access token is good for an hour'),
  },
  {
    claim: 'codes are sent to a registered redirect URI alone',
    file: `${folder}/authorizationRequest.ts`,
    anchor: { in: 'readAuthorizationRequest', node: 'operand', mentions: ['isRegistered'] },
    operator: 'drop-operand',
    test: testIn(`${folder}/authorizationRequest.test.ts`),
  },
  {
    claim: 'PKCE is required, by S256',
    file: `${folder}/authorizationRequest.ts`,
    anchor: { in: 'readAuthorizationRequest', node: 'if', mentions: ['code_challenge_method'] },
    operator: 'condition-false',
    test: testIn(`${folder}/authorizationRequest.test.ts`),
  },
  {
    claim: 'a registration cannot be forged',
    file: `${folder}/registeredApp.ts`,
    anchor: { in: 'AppRegistrations.find', node: 'operand', mentions: ['timingSafeEqual'] },
    operator: 'drop-operand',
    test: testIn(`${folder}/registeredApp.test.ts`, 'an id of another installation'),
  },
  {
    claim: 'a token is good for its resource alone',
    file: 'gateway/src/http/caller.ts',
    anchor: { in: 'callerOf', node: 'operand', mentions: ['covers', 'audience'] },
    operator: 'drop-operand',
    test: testIn(endToEnd, 'a token for one server'),
  },
  {
    claim: 'an application that renews again and again is slowed down',
    file: 'gateway/src/http/routes/oauth.ts',
    anchor: { in: 'OAuthRoutes.#renew', node: 'if', mentions: ['taken', 'ok'] },
    operator: 'condition-false',
    test: testIn(endToEnd, 'renews again and again'),
  },
  {
    claim: 'tokens are not accepted while lmcp.oauth is off',
    file: 'gateway/src/clients/authenticate.ts',
    anchor: { in: 'byAccessToken', node: 'ternary', mentions: ['signsInHere'] },
    operator: 'condition-true',
    test: testIn(endToEnd, 'while lmcp.oauth is off'),
  },
  {
    claim: 'a code that is used again while it is exchanged brings no tokens',
    file: `${folder}/authorizations.ts`,
    anchor: { in: 'Authorizations.begin', node: 'ternary', mentions: ['#all', 'has'] },
    operator: 'condition-true',
    test: testIn(`${folder}/authorizations.test.ts`, 'nothing comes of a code that is used again'),
  },
  {
    claim: 'applications end with their client',
    file: `${folder}/authorizations.ts`,
    anchor: { in: 'Authorizations.keepOnly', node: 'statement', mentions: ['#remove'] },
    operator: 'drop-statement',
    test: testIn(`${folder}/authorizations.test.ts`, 'what belongs to a client that left'),
  },
  {
    claim: 'a metadata document is never fetched from this machine or a private name',
    file: `${folder}/appDocument.ts`,
    anchor: { in: 'isDocumentId', node: 'operand', mentions: ['isPublicName'] },
    operator: 'drop-operand',
    test: testIn(`${folder}/appDocument.test.ts`),
  },
]);
