import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const authenticate = 'gateway/src/clients/authenticate.ts';
const authenticateTest = 'gateway/src/clients/authenticate.test.ts';
const constantTimeTest = 'gateway/src/clients/constantTime.test.ts';
const manager = 'gateway/src/clients/manager.ts';
const credentials = 'gateway/src/clients/credentials.ts';
const rejections = 'gateway/src/limits/rejections.ts';
const decide = 'gateway/src/policy/decide.ts';
const toolPolicyFile = 'gateway/src/policy/toolPolicy.ts';
const authorize = 'gateway/src/mcp/call/authorize.ts';
const server = 'gateway/src/http/server.ts';

const authentication = keep('authentication', [
  {
    claim: "another client's token under a client's own id is rejected",
    file: authenticate,
    anchor: { in: 'byCredentials', node: 'operand', mentions: ['clientId', 'owner', 'id'] },
    operator: { replace: false },
    test: testIn(authenticateTest, "another client's token is rejected"),
  },
  {
    claim: 'two different tokens in one request are rejected',
    file: credentials,
    anchor: { in: 'readCredentials', node: 'if', mentions: ['clientId', 'token'] },
    operator: 'condition-false',
    test: testIn(authenticateTest),
  },
  {
    claim: 'another Authorization scheme beside a valid token is rejected',
    file: credentials,
    anchor: { in: 'bearerTokens', node: 'ternary', mentions: ['tokens', 'headers'] },
    operator: 'condition-true',
    test: testIn(authenticateTest, 'another scheme is rejected'),
  },
  {
    claim: 'management needs its token where the route requires it',
    file: 'gateway/src/http/context.ts',
    anchor: { in: 'readerOf', node: 'ternary', mentions: ['required'] },
    operator: 'condition-false',
    test: testIn('e2e/management/management.test.ts', 'GET /registry/view needs the token'),
  },
  {
    claim: 'a wrong management token is rejected',
    file: 'gateway/src/http/context.ts',
    anchor: { in: 'readerOf', node: 'if', mentions: ['check', 'kind'] },
    operator: 'condition-true',
    test: testIn('e2e/management/management.test.ts', 'GET /registry/view needs the token'),
  },
  {
    claim: 'a doubled management header is rejected',
    file: manager,
    anchor: { in: 'checkManagement', node: 'operand', mentions: ['others'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/clients/manager.test.ts'),
  },
]);

const constantTime = keep('constant-time', [
  {
    claim: 'tokens are compared in constant time',
    file: authenticate,
    anchor: { in: 'byCredentials', node: 'call', name: 'timingSafeEqual' },
    operator: 'call-to-equality',
    test: testIn(constantTimeTest),
  },
  {
    claim: 'every token of every client is compared',
    file: authenticate,
    anchor: { in: 'byCredentials', node: 'loop', mentions: ['client', 'tokens'] },
    operator: { replace: [] },
    test: testIn(constantTimeTest, 'every digest of the registry is compared once'),
  },
  {
    claim: 'every management token is compared, whatever the outcome',
    file: manager,
    anchor: { in: 'checkManagement', node: 'call', name: 'timingSafeEqual' },
    operator: 'call-to-equality',
    test: testIn(constantTimeTest, 'every management token is compared once'),
  },
]);

const throttling = keep('throttling', [
  {
    claim: 'rejections past sixty a minute are counted, not logged one by one',
    file: rejections,
    anchor: { in: 'RejectionThrottle.admit', node: 'if', mentions: ['#bucket', 'ok'] },
    operator: 'condition-true',
    test: testIn('gateway/src/limits/rejections.test.ts'),
  },
  {
    claim: 'counted rejections wait before they are answered',
    file: 'gateway/src/http/door/rejections.ts',
    anchor: { in: 'Rejections.reject', node: 'argument', name: 'wait', mentions: ['delayMs'] },
    operator: { replace: 0 },
    test: testIn('gateway/src/http/door/rejections.test.ts'),
  },
  {
    claim: 'rejections that wait are bounded in number',
    file: rejections,
    anchor: { in: 'RejectionThrottle.admit', node: 'ternary', mentions: ['#waiting'] },
    operator: 'condition-false',
    test: testIn('gateway/src/limits/rejections.test.ts'),
  },
  {
    claim: 'counted rejections are logged together',
    file: rejections,
    anchor: { in: 'RejectionThrottle.flush', node: 'statement', mentions: ['#flush'] },
    operator: 'drop-statement',
    test: testIn('gateway/src/http/door/rejections.test.ts'),
  },
  {
    claim: 'credential checks are limited for all callers together',
    file: 'gateway/src/http/routes/probe.ts',
    anchor: { in: 'enter', node: 'if', mentions: ['taken', 'ok'] },
    operator: 'condition-false',
    test: testIn('e2e/http/http.test.ts', 'credential checks: the answer'),
  },
  {
    claim: 'a short token of a client is not compared while tokens are guessed',
    file: authenticate,
    anchor: { in: 'byCredentials', node: 'ternary', mentions: ['guessed'] },
    operator: 'condition-false',
    test: testIn(authenticateTest, 'while others guess'),
  },
  {
    claim: 'a short management token is not compared while tokens are guessed',
    file: manager,
    anchor: { in: 'checkManagement', node: 'ternary', mentions: ['guessed'] },
    operator: 'condition-false',
    test: testIn('gateway/src/clients/manager.test.ts', 'while others guess'),
  },
  {
    claim: 'a short management token in clear is rejected',
    file: 'gateway/src/registry/schema/tokens.ts',
    anchor: { in: 'checkedToken', node: 'if', mentions: ['management'] },
    operator: 'condition-false',
    test: testIn('gateway/src/registry/parse.test.ts', 'a short management token is rejected'),
  },
  {
    claim: 'a client past its rate limit is rejected',
    file: 'gateway/src/mcp/call/limit.ts',
    anchor: { in: 'enterLimit', node: 'if', mentions: ['taken', 'ok'] },
    operator: 'condition-true',
    test: testIn('e2e/access/access.test.ts', 'above its rate limit a client gets'),
  },
  {
    claim: 'sessions of a client are bounded in number',
    file: 'gateway/src/mcp/session/sessions.ts',
    anchor: { in: 'Sessions.open', node: 'if', mentions: ['maxPerClient'] },
    operator: 'condition-false',
    test: testIn('gateway/src/mcp/session/session.test.ts', 'a client at its bound'),
  },
]);

const grants = keep('grants', [
  {
    claim: 'the registry list holds no server that was not granted',
    file: 'gateway/src/http/routes/discovery.ts',
    anchor: { in: 'idsFor', node: 'ternary', mentions: ['decideServer'] },
    operator: 'condition-true',
    test: testIn('e2e/http/discovery.test.ts', 'each client is listed the servers that it may use'),
  },
  {
    claim: 'a server that was not granted is denied',
    file: 'gateway/src/policy/grant.ts',
    anchor: { in: 'decideGrant', node: 'if', mentions: ['allowServers'] },
    operator: 'condition-false',
    test: testIn('gateway/src/policy/decide.test.ts'),
  },
  {
    claim: 'a denied server reaches no method',
    file: authorize,
    anchor: { in: 'Checks.server', node: 'operand', mentions: ['decision', 'allowed'] },
    operator: 'drop-operand',
    test: testIn('e2e/access/access.test.ts', 'that was not granted is denied'),
  },
  {
    claim: 'the check of a grant denies a server that was not granted',
    file: 'gateway/src/http/routes/probe.ts',
    anchor: { in: 'serverCheckRoute', node: 'if', mentions: ['allowed'] },
    operator: 'condition-false',
    test: testIn('e2e/http/http.test.ts', 'credential checks: the answer'),
  },
]);

const toolPolicy = keep('tool-policy', [
  {
    claim: 'a denied tool is denied in every mode',
    file: toolPolicyFile,
    anchor: { in: 'applyPolicy', node: 'if', mentions: ['denyTools'] },
    operator: 'condition-false',
    test: testIn('gateway/src/policy/decide.test.ts'),
  },
  {
    claim: 'an allow list denies what it does not name',
    file: toolPolicyFile,
    anchor: { in: 'applyPolicy', node: 'ternary', mentions: ['allowTools'] },
    operator: 'condition-true',
    test: testIn('gateway/src/policy/decide.test.ts'),
  },
  {
    claim: 'a client restriction is applied',
    file: toolPolicyFile,
    anchor: { in: 'decideRestriction', node: 'if', mentions: ['restriction', 'client'] },
    operator: 'condition-true',
    test: testIn('gateway/src/policy/decide.test.ts'),
  },
  {
    claim: 'a client restriction never widens the policy of the server',
    file: decide,
    anchor: { in: 'decideBy', node: 'if', mentions: ['allowed', 'false'] },
    operator: 'condition-false',
    test: testIn('gateway/src/policy/decide.test.ts', 'a client policy never widens'),
  },
  {
    claim: 'a denied tool cannot be called',
    file: authorize,
    anchor: { in: 'Checks.tool', node: 'if', mentions: ['decision', 'allowed', 'true'] },
    operator: 'condition-true',
    test: testIn('e2e/access/access.test.ts', 'tool policy holds on the list and on the call'),
  },
  {
    claim: 'a denied tool is not listed',
    file: 'gateway/src/mcp/methods/lists/listViews.ts',
    anchor: { in: 'ListViews.#tools', node: 'call', name: 'filter', mentions: ['usable'] },
    operator: 'call-to-receiver',
    test: testIn('e2e/access/access.test.ts', 'tool policy holds on the list and on the call'),
  },
]);

const toolSearch = keep('tool-search', [
  {
    claim: 'a tool that may not be used is not found',
    file: 'gateway/src/search/search.ts',
    anchor: { in: 'raise', node: 'if', mentions: ['usable', 'place'] },
    operator: 'condition-false',
    test: testIn('gateway/src/search/search.test.ts', 'does not find denied tools'),
  },
  {
    claim: 'words of tools that may not be used do not change what a query means',
    file: 'gateway/src/search/wordLookup.ts',
    anchor: { in: 'WordLookup.#read', node: 'if', mentions: ['count'] },
    operator: 'condition-false',
    test: testIn('gateway/src/search/search.test.ts', 'words that only denied tools have'),
  },
  {
    claim: 'an exact name finds no tool that may not be used',
    file: 'gateway/src/search/search.ts',
    anchor: { in: 'addNamed', node: 'operand', mentions: ['usable'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/search/search.test.ts', 'an exact name of a tool that may not be used'),
  },
  {
    claim: 'a destructive tool is not called by the tool for those that read',
    file: 'gateway/src/mcp/methods/callTool.ts',
    anchor: { in: 'admit', node: 'operand', mentions: ['wrongCall'] },
    operator: 'drop-operand',
    test: testIn('e2e/lists/toolSearch.test.ts', 'calls tools only through the tool of their class'),
  },
  {
    claim: 'a client without the search has none of its tools',
    file: 'gateway/src/mcp/methods/search/calledTool.ts',
    anchor: { in: 'searchToolOf', node: 'ternary', mentions: ['asksForSearch'] },
    operator: 'condition-true',
    test: testIn('e2e/lists/toolSearch.test.ts', 'a client without the search'),
  },
]);

const confidentiality = keep('confidentiality', [
  {
    claim: 'the public view of an audit line leaves out who and why',
    file: 'gateway/src/events/visibility.ts',
    anchor: { in: 'visibleLine', node: 'ternary', mentions: ['management'] },
    operator: 'condition-true',
    test: testIn('e2e/http/http.test.ts', '/events streams decisions as they happen'),
  },
  {
    claim: 'the query of a resource URI is not logged',
    file: 'gateway/src/mcp/call/resources/recordedUri.ts',
    anchor: { in: 'recordedUri', node: 'call', name: 'plainPath' },
    operator: 'call-to-argument',
    test: testIn('gateway/src/mcp/call/resources/recordedUri.test.ts'),
  },
  {
    claim: 'arguments are logged as an HMAC',
    file: 'gateway/src/audit/trail.ts',
    anchor: { in: 'Trail.fingerprint', node: 'call', name: 'digest' },
    operator: 'call-to-argument',
    test: testIn('e2e/audit/audit.test.ts', 'no argument, result, header or query'),
  },
  {
    claim: 'tokens are left out of what management reads of the registry',
    file: 'gateway/src/registry/redact/redact.ts',
    anchor: { in: 'redactClient', node: 'operand', mentions: ['tokenKeys'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/registry/redact/redact.test.ts', 'tokens become their status'),
  },
  {
    claim: 'values of environment variables are left out of what management reads',
    file: 'gateway/src/registry/redact/redact.ts',
    anchor: { in: 'redactServer', node: 'if', mentions: ['env', 'headers'] },
    operator: 'condition-false',
    test: testIn('gateway/src/registry/redact/redact.test.ts', 'tokens become their status'),
  },
  {
    claim: 'tokens are masked in the YAML that management reads',
    file: 'gateway/src/registry/redact/secretScalars.ts',
    anchor: { in: 'withoutSecrets', node: 'operand', mentions: ['secretKey'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/registry/redact/redactYaml.test.ts'),
  },
  {
    claim: 'secrets do not survive in comments of the YAML that management reads',
    file: 'gateway/src/registry/redact/redactYaml.ts',
    anchor: { in: 'redactYaml', node: 'loop', mentions: ['commentSplices'] },
    operator: 'drop-statement',
    test: testIn('gateway/src/registry/redact/redactYaml.test.ts', 'secrets do not survive in comments'),
  },
  {
    claim: 'secrets are masked in the line that a registry error shows',
    file: 'gateway/src/registry/redact/formatProblems.ts',
    anchor: { in: 'sourceLines', node: 'call', name: 'maskedLine' },
    operator: 'call-to-argument',
    test: testIn('gateway/src/registry/redact/formatProblems.test.ts'),
  },
]);

const managementUse = 'gateway/src/http/door/managementUse.ts';
const managementUseTest = 'gateway/src/http/door/managementUse.test.ts';
const managementReads = keep('management-reads', [
  {
    claim: 'a query of the log is logged on its own',
    file: managementUse,
    anchor: { in: 'ManagementUse.record', node: 'if', mentions: ['query'] },
    operator: 'condition-false',
    test: testIn(managementUseTest, 'each query of the log'),
  },
  {
    claim: 'what is read is counted',
    file: managementUse,
    anchor: { in: 'ManagementUse.record', node: 'statement', mentions: ['counts', 'set'] },
    operator: 'drop-statement',
    test: testIn(managementUseTest, 'the first use is logged immediately'),
  },
  {
    claim: 'the first use is durable before it is answered',
    file: managementUse,
    anchor: { in: 'ManagementUse.#begin', node: 'await', mentions: ['durable'] },
    operator: 'drop-await',
    test: testIn(managementUseTest, 'what could not be logged is rejected'),
  },
]);

const gatewayProof = keep('gateway-proof', [
  {
    claim: 'the bridge sends the token over connections that are proven alone',
    file: 'gateway/src/bridge/provenAgent.ts',
    anchor: { in: 'prove', node: 'if' },
    operator: 'condition-false',
    test: testIn('e2e/cli/bridge.test.ts', 'sends the token to no other program'),
  },
  {
    claim: 'an address that a run file names has to prove to be the gateway',
    file: 'gateway/src/cli/live/findGateway.ts',
    anchor: { in: 'atAddress', node: 'operand', mentions: ['found', 'proven'] },
    operator: 'drop-operand',
    test: testIn('e2e/cli/squattedPort.test.ts', 'a program that took the port'),
  },
  {
    claim: 'the port of the registry is not asked where no run file says that a gateway runs',
    file: 'gateway/src/cli/live/findGateway.ts',
    anchor: { in: 'findGateway', node: 'ternary', mentions: ['port', 'atAddress'] },
    operator: 'condition-false',
    test: testIn('e2e/cli/squattedPort.test.ts', 'a program that took the port'),
  },
  {
    claim: 'no token goes to a socket in a folder that is not ours alone',
    file: 'gateway/src/local/socketPath.ts',
    anchor: { in: 'socketFault', node: 'if', mentions: ['fault'] },
    operator: 'condition-false',
    test: testIn('gateway/src/local/socketPath.test.ts', 'rejects a folder of another user'),
  },
  {
    claim: 'the folder of the socket belongs to the user of the gateway',
    file: 'gateway/src/local/folderFault.ts',
    anchor: { in: 'folderFault', node: 'if', mentions: ['found', 'uid'] },
    operator: 'condition-false',
    test: testIn('gateway/src/local/socketPath.test.ts', 'rejects a folder of another user'),
  },
  {
    claim: 'nobody else may enter the folder of the socket',
    file: 'gateway/src/local/folderFault.ts',
    anchor: { in: 'folderFault', node: 'if', mentions: ['mode'] },
    operator: 'condition-false',
    test: testIn('gateway/src/local/socketPath.test.ts', 'rejects a folder that is not ours alone'),
  },
  {
    claim: 'a request through the socket needs its credentials, and none of a web page is answered',
    file: server,
    anchor: { in: 'guard', node: 'operand', mentions: ['checkOrigin'] },
    operator: 'drop-operand',
    test: testIn('e2e/cli/runFile.test.ts', 'through the socket any Host is answered'),
  },
  {
    claim: 'a proof is of one address',
    file: 'gateway/src/gatewayProof.ts',
    anchor: { in: 'proofOf', node: 'placeholder', mentions: ['host'] },
    operator: { replace: '' },
    test: testIn('gateway/src/gatewayProof.test.ts', 'a proof holds for its key'),
  },
]);

const revocation = keep('revocation', [
  {
    claim: 'a session ends with the token that opened it',
    file: 'gateway/src/assembly/registryChanges.ts',
    anchor: { in: 'endWithCredentials', node: 'statement', mentions: ['endWhere'] },
    operator: 'drop-statement',
    test: testIn('e2e/access/revocation.test.ts', 'a revoked one is invalid immediately'),
  },
  {
    claim: 'a listening stream ends with its token',
    file: 'gateway/src/assembly/registryChanges.ts',
    anchor: { in: 'endWithCredentials', node: 'statement', mentions: ['review', 'bound'] },
    operator: 'drop-statement',
    test: testIn('e2e/protocol/eras.test.ts', 'ends with the token that opened it'),
  },
  {
    claim: 'a running answer ends with its token',
    file: 'gateway/src/http/routes/mcp.ts',
    anchor: { in: 'post', node: 'statement', mentions: ['endWithToken'] },
    operator: 'drop-statement',
    test: testIn('e2e/access/revocation.test.ts', 'the running answer of a replaced token'),
  },
  {
    claim: 'a token file is looked at again',
    file: 'gateway/src/registry/registryReloader.ts',
    anchor: { in: 'RegistryReloader.reload', node: 'if', mentions: ['#tokenFiles', 'differ'] },
    operator: 'condition-false',
    test: testIn('e2e/access/revocation.test.ts', 'a token that is replaced in its file'),
  },
  {
    claim: 'a token that is revoked while its client stays is revoked',
    file: 'gateway/src/clients/heldCredentials.ts',
    anchor: { in: 'HeldCredentials.isGood', node: 'return', mentions: ['tokens'] },
    operator: { replace: true },
    test: testIn('e2e/access/revocation.test.ts', 'a revoked one is invalid immediately'),
  },
  {
    claim: 'a stream of the older transport ends with its token',
    file: 'gateway/src/http/routes/sse.ts',
    anchor: { in: 'SseTransport.#stream', node: 'statement', mentions: ['bound', 'add'] },
    operator: 'drop-statement',
    test: testIn('e2e/access/revocation.test.ts', 'a stream of the older transport ends with its token'),
  },
  {
    claim: 'a live view of management ends with its token',
    file: 'gateway/src/http/routes/events.ts',
    anchor: { in: 'eventsRoute', node: 'statement', mentions: ['bound', 'add'] },
    operator: 'drop-statement',
    test: testIn('e2e/access/revocation.test.ts', 'a reader of everything in /events is cut off'),
  },
  {
    claim: 'a stream that opens while its token is revoked is closed',
    file: 'gateway/src/http/boundStreams.ts',
    anchor: { in: 'BoundStreams.add', node: 'if', mentions: ['isGood'] },
    operator: 'condition-false',
    test: testIn('gateway/src/http/boundStreams.test.ts'),
  },
]);

export const accessClaims: readonly Claim[] = [
  ...authentication,
  ...constantTime,
  ...throttling,
  ...grants,
  ...toolPolicy,
  ...toolSearch,
  ...confidentiality,
  ...managementReads,
  ...gatewayProof,
  ...revocation,
];
