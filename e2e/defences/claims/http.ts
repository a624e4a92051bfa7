import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const server = 'gateway/src/http/server.ts';
const hostGuard = 'gateway/src/http/door/hostGuard.ts';
const hostGuardTest = 'gateway/src/http/door/hostGuard.test.ts';
const requestShape = 'gateway/src/http/door/requestShape.ts';
const requestShapeTest = 'gateway/src/http/door/requestShape.test.ts';
const readJson = 'gateway/src/http/routes/readJson.ts';
const body = 'gateway/src/http/door/body.ts';
const ui = 'gateway/src/http/routes/ui.ts';
const abuse = 'e2e/http/abuse.test.ts';
const connections = 'e2e/http/connections.test.ts';
const http = 'e2e/http/http.test.ts';
const heldBodies = 'e2e/limits/heldBodies.test.ts';
const uiPolicy = testIn(
  'e2e/management/management.test.ts',
  'is served at every path of it, under its policy',
);

const hostAndOrigin = keep('host-and-origin', [
  {
    claim: 'a foreign Host is rejected',
    file: server,
    anchor: { in: 'guard', node: 'operand', mentions: ['checkHost'] },
    operator: 'drop-operand',
    test: testIn(http, 'Host evil.example is rejected'),
  },
  {
    claim: 'a foreign Origin is rejected',
    file: server,
    anchor: { in: 'guard', node: 'operand', mentions: ['checkOrigin'] },
    operator: 'drop-operand',
    test: testIn(http, 'Origin https://evil.example is rejected'),
  },
  {
    claim: 'a request without Host is rejected',
    file: hostGuard,
    anchor: { in: 'checkHost', node: 'if', mentions: ['given', 'others'] },
    operator: 'condition-false',
    test: testIn(hostGuardTest),
  },
  {
    claim: 'a doubled Host is rejected',
    file: hostGuard,
    anchor: { in: 'checkHost', node: 'operand', mentions: ['others'] },
    operator: 'drop-operand',
    test: testIn(hostGuardTest),
  },
  {
    claim: 'two Origins of which the first is allowed are rejected',
    file: hostGuard,
    anchor: { in: 'checkOrigin', node: 'operand', mentions: ['others'] },
    operator: 'drop-operand',
    test: testIn(hostGuardTest),
  },
  {
    claim: 'an Origin of another scheme is rejected',
    file: hostGuard,
    anchor: { in: 'checkOrigin', node: 'operand', mentions: ['startsWith'] },
    operator: 'drop-operand',
    test: testIn(hostGuardTest),
  },
  {
    claim: 'a page on another port is rejected where every port of loopback names is answered',
    file: hostGuard,
    anchor: { in: 'checkOrigin', node: 'operand', mentions: ['place', 'hosts'] },
    operator: 'drop-operand',
    test: testIn(hostGuardTest),
  },
  {
    claim: 'only pages of an allowed origin can read answers',
    file: server,
    anchor: { in: 'guard', node: 'operand', mentions: ['allowedOrigins', 'includes'] },
    operator: 'drop-operand',
    test: testIn(http, 'an allowed origin may read'),
  },
  {
    claim: 'management with a valid token from a page of another site is rejected',
    file: server,
    anchor: { in: 'guard', node: 'operand', mentions: ['foreignSite'] },
    operator: 'drop-operand',
    test: testIn(abuse, 'from a page as another site is rejected'),
  },
  {
    claim: 'a page of another site gets no answer but in a window of its own',
    file: 'gateway/src/http/door/siteGuard.ts',
    anchor: { in: 'opensPage', node: 'operand', mentions: ['dest'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/http/door/siteGuard.test.ts', 'a navigation '),
  },
  {
    claim: 'bodies that a page can send without a preflight are rejected',
    file: readJson,
    anchor: { in: 'readJson', node: 'if', mentions: ['isJsonType'] },
    operator: 'condition-false',
    test: testIn(abuse, 'from a page as text/plain is rejected'),
  },
  {
    claim: 'the interface runs no script from elsewhere',
    file: ui,
    anchor: { in: 'contentSecurityPolicy', node: 'element', mentions: ["script-src 'self'"] },
    operator: 'drop-element',
    test: uiPolicy,
  },
]);

const shape = keep('request-shape', [
  {
    claim: 'a request that can be read in two ways is rejected',
    file: server,
    anchor: { in: 'guard', node: 'if', mentions: ['message'] },
    operator: 'condition-false',
    test: testIn(abuse, 'rejected once, nothing forwarded'),
  },
  {
    claim: 'a transfer coding other than chunked is rejected',
    file: requestShape,
    anchor: { in: 'requestLineError', node: 'comparison', mentions: ['coding', 'chunked'] },
    operator: { replace: true },
    test: testIn(requestShapeTest, 'rejects Transfer-Encoding'),
  },
  {
    claim: 'HTTP/1.0 with chunks is rejected',
    file: requestShape,
    anchor: { in: 'requestLineError', node: 'comparison', mentions: ['httpVersion', '1.0', '==='] },
    operator: 'condition-false',
    test: testIn(requestShapeTest, 'takes chunked, and only in HTTP/1.1'),
  },
  {
    claim: 'two session ids are rejected',
    file: requestShape,
    anchor: { in: 'singular', node: 'element', mentions: ['mcp-session-id'] },
    operator: 'drop-element',
    test: testIn(requestShapeTest, 'rejects two of'),
  },
  {
    claim: 'a target that is a whole address is rejected',
    file: requestShape,
    anchor: { in: 'requestTargetError', node: 'operand', mentions: ['startsWith'] },
    operator: 'drop-operand',
    test: testIn(requestShapeTest, 'rejects the target'),
  },
  {
    claim: 'dot segments are rejected',
    file: requestShape,
    anchor: { in: 'requestTargetError', node: 'operand', mentions: ['dotSegment'] },
    operator: 'drop-operand',
    test: testIn(requestShapeTest, 'rejects the target'),
  },
  {
    claim: 'a compressed body is rejected',
    file: readJson,
    anchor: { in: 'readJson', node: 'if', mentions: ['content-encoding'] },
    operator: 'condition-false',
    test: testIn(abuse, 'a compressed body: rejected once, nothing forwarded'),
  },
  {
    claim: 'a body that is not UTF-8 is rejected',
    file: body,
    anchor: { in: 'utf8', node: 'property', name: 'fatal' },
    operator: { replace: false },
    test: testIn(http, 'a body that is not UTF-8'),
  },
  {
    claim: 'what the parser rejects is logged',
    file: 'gateway/src/http/door/unreadable.ts',
    anchor: { in: 'rejectUnreadable', node: 'statement', mentions: ['reject', 'http_rejected'] },
    operator: 'drop-statement',
    test: testIn(abuse, 'what the parser rejects is logged'),
  },
]);

const slowClients = keep('slow-clients', [
  {
    claim: 'bodies that trickle in are given up',
    file: 'gateway/src/http/listening.ts',
    anchor: { in: 'options', node: 'property', name: 'requestTimeout' },
    operator: { replace: 0 },
    test: testIn(connections, 'headers and bodies that trickle in'),
  },
  {
    claim: 'connections are bounded in number',
    file: server,
    anchor: { in: 'createHttp', node: 'if', mentions: ['maxConnections'] },
    operator: 'condition-false',
    test: testIn(connections, 'connections past the limit'),
  },
  {
    claim: 'a body above the limit is rejected while it comes',
    file: body,
    anchor: { in: 'readBody.take', node: 'if', mentions: ['size', 'limit'] },
    operator: 'condition-false',
    test: testIn(http, 'a body over 1 MiB'),
  },
  {
    claim: 'a rejected body without end is cut off',
    file: 'gateway/src/http/answer/answerUnread.ts',
    anchor: { in: 'answerUnread', node: 'if', mentions: ['left'] },
    operator: 'condition-false',
    test: testIn(abuse, 'a body without end'),
  },
  {
    claim: 'a reader that stalls is dropped',
    file: 'gateway/src/http/answer/sse.ts',
    anchor: { in: 'SseStream.#write', node: 'if', mentions: ['maxPending'] },
    operator: 'condition-false',
    test: testIn('gateway/src/http/answer/sse.test.ts', 'drops a reader'),
  },
  {
    claim: 'streams of the older transport are bounded in number',
    file: 'gateway/src/http/routes/sse.ts',
    anchor: { in: 'SseTransport.#makeRoom', node: 'property', name: 'end' },
    operator: 'no-op',
    test: testIn('e2e/protocol/eras.test.ts', '125 streams'),
  },
]);

const memory = keep('memory', [
  {
    claim: 'callers without credentials hold a bounded number of bytes',
    file: 'gateway/src/http/routes/denyStranger.ts',
    anchor: { in: 'denyStranger', node: 'if', mentions: ['exhausted'] },
    operator: 'condition-false',
    test: testIn(heldBodies, 'have 64 places together'),
  },
  {
    claim: 'a body without credentials is read up to 64 KiB alone',
    file: 'gateway/src/http/door/strangerBody.ts',
    anchor: { in: 'findRequestId.take', node: 'if', mentions: ['left'] },
    operator: 'condition-false',
    test: testIn('gateway/src/http/door/strangerBody.test.ts', 'no more than 64 KiB'),
  },
  {
    claim: 'a client holds at most its part of the memory',
    file: 'gateway/src/byteBudget.ts',
    anchor: { in: 'ByteBudget.#tryTake', node: 'if', mentions: ['whole', 'share'] },
    operator: 'condition-false',
    test: testIn(heldBodies, 'a client holds a quarter'),
  },
  {
    claim: 'answers that a client does not read count as its memory',
    file: 'gateway/src/http/answer/nodeExchange.ts',
    anchor: { in: 'NodeExchange.json', node: 'if', mentions: ['exhausted'] },
    operator: 'condition-true',
    test: testIn(heldBodies, 'answers that a client does not read'),
  },
  {
    claim: 'a stream whose events do not fit into the memory of its client is dropped',
    file: 'gateway/src/http/answer/sse.ts',
    anchor: { in: 'SseStream.#write', node: 'operand', mentions: ['free', 'string'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/http/answer/sse.test.ts', 'memory of its client is used up'),
  },
  {
    claim: 'lists that do not fit into the memory of their client are not kept',
    file: 'gateway/src/catalog/liveLists.ts',
    anchor: { in: 'LiveLists.#read', node: 'if', mentions: ['held'] },
    operator: 'condition-false',
    test: testIn(
      'gateway/src/catalog/catalog.test.ts',
      'counts lists of running instances as memory of their client',
    ),
  },
  {
    claim: 'cached views count as memory of their client',
    file: 'gateway/src/mcp/methods/lists/viewText.ts',
    anchor: { in: 'ViewText.count', node: 'if', mentions: ['held'] },
    operator: 'condition-true',
    test: testIn('gateway/src/mcp/methods/lists/listViews.test.ts', 'counts views as memory of their client'),
  },
  {
    claim: 'the bytes of a view count as long as an answer has them',
    file: 'gateway/src/mcp/methods/lists/viewText.ts',
    anchor: { in: 'ViewText.#release', node: 'if', mentions: ['#answers'] },
    operator: 'condition-false',
    test: testIn('gateway/src/mcp/methods/lists/viewText.test.ts', 'counts the bytes of a dropped view'),
  },
  {
    claim: 'messages that are kept for a session count as memory of its client',
    file: 'gateway/src/mcp/session/session.ts',
    anchor: { in: 'Session.#makesRoom', node: 'if', mentions: ['exhausted'] },
    operator: 'condition-true',
    test: testIn('gateway/src/mcp/session/session.test.ts', 'kept messages hold bytes'),
  },
  {
    claim: 'parked calls count as memory of their client',
    file: 'gateway/src/mcp/era/stateless/parkedCalls.ts',
    anchor: { in: 'ParkedCalls.#hold', node: 'if', mentions: ['exhausted'] },
    operator: 'condition-true',
    test: testIn('gateway/src/mcp/era/stateless/parkedCall.test.ts', 'counts parked calls as memory'),
  },
  {
    claim: 'what waits for a server that does not read counts as memory of its client',
    file: 'gateway/src/upstream/framing/stdinWriter.ts',
    anchor: { in: 'StdinWriter.write', node: 'if', mentions: ['#held'] },
    operator: 'condition-false',
    test: testIn(
      'gateway/src/upstream/framing/stdinWriter.test.ts',
      'counts bytes queued for a server that does not read, and releases them when it reads',
    ),
  },
  {
    claim: 'all callers together hold at most the whole',
    file: 'gateway/src/byteBudget.ts',
    anchor: { in: 'ByteBudget.#tryTake', node: 'if', mentions: ['partOf'] },
    operator: 'condition-false',
    test: testIn('gateway/src/byteBudget.test.ts'),
  },
  {
    claim: 'what is remembered of a server has a bound in bytes',
    file: 'gateway/src/catalog/memory/listMemory.ts',
    anchor: { in: 'ListMemory.#keep', node: 'if', mentions: ['held', 'add'] },
    operator: 'condition-false',
    test: testIn(
      'gateway/src/catalog/memory/listMemory.test.ts',
      'a server that exceeds its share of memory',
    ),
  },
  {
    claim: 'URIs that are listened to count as memory of their client',
    file: 'gateway/src/mcp/session/resourceListeners.ts',
    anchor: { in: 'ResourceListeners.add', node: 'if', mentions: ['exhausted'] },
    operator: 'condition-false',
    test: testIn('gateway/src/mcp/session/resourceListeners.test.ts', 'counts subscribed URIs as memory'),
  },
]);

const inTurn = keep('in-turn', [
  {
    claim: 'a request waits for its turn while others wait',
    file: 'gateway/src/turns.ts',
    anchor: { in: 'Turns.begin', node: 'if', mentions: ['#waiting'] },
    operator: 'condition-false',
    test: testIn('e2e/limits/inTurn.test.ts', 'clients take turns: calls of nine others'),
  },
  {
    claim: 'slices of large messages of servers take turns',
    file: 'gateway/src/upstream/rpc/messageReader.ts',
    anchor: { in: 'MessageReader.#readInTurn', node: 'argument', name: 'readInSlices', mentions: ['turns'] },
    operator: 'drop-element',
    test: testIn('gateway/src/upstream/rpc/messageReader.test.ts', 'large messages of many instances'),
  },
  {
    claim: 'large questions, their answers and notifications are written in slices',
    file: 'gateway/src/upstream/rpc/writeLarge.ts',
    anchor: { in: 'whenWritten', node: 'if', mentions: ['isLargeValue'] },
    operator: 'condition-false',
    test: testIn('gateway/src/mcp/call/largeMessages.test.ts'),
  },
  {
    claim: 'a large result is written in slices',
    file: 'gateway/src/upstream/limits.ts',
    anchor: { in: 'isLarge', node: 'return' },
    operator: { replace: false },
    test: testIn(
      'gateway/src/mcp/call/forwardAndRespond.test.ts',
      'a result of 16 MiB whose digits are kept',
    ),
  },
  {
    claim: 'a client that was served goes behind the others',
    file: 'gateway/src/fairQueue.ts',
    anchor: { in: 'FairQueue.shift', node: 'statement', mentions: ['delete'] },
    operator: 'drop-statement',
    test: testIn('gateway/src/fairQueue.test.ts', 'clients are served in turn'),
  },
]);

export const httpClaims: readonly Claim[] = [
  ...hostAndOrigin,
  ...shape,
  ...slowClients,
  ...memory,
  ...inTurn,
];
