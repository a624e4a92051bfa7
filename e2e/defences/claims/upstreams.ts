import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const router = 'gateway/src/upstream/rpc/router.ts';
const routerTest = 'gateway/src/upstream/rpc/router.test.ts';
const hostile = 'gateway/src/upstream/pool/hostile.system.test.ts';
const pool = 'gateway/src/upstream/pool/pool.ts';
const poolTest = 'gateway/src/upstream/pool/pool.system.test.ts';
const lines = 'gateway/src/upstream/framing/lines.ts';
const framingTest = 'gateway/src/upstream/framing/framing.test.ts';
const items = 'gateway/src/catalog/items.ts';
const itemsTest = 'gateway/src/catalog/items.test.ts';
const survivors = 'gateway/src/upstream/process/survivors.system.test.ts';
const treeTest = 'gateway/src/upstream/process/tree.test.ts';
const httpTest = 'gateway/src/upstream/http/rejections.test.ts';
const environment = 'gateway/src/upstream/process/environment.ts';
const environmentTest = 'gateway/src/upstream/process/environment.test.ts';
const toolMarks = 'gateway/src/pins/toolMarks.ts';
const toolMarksTest = 'gateway/src/pins/toolMarks.test.ts';
const sessions = 'gateway/src/mcp/session/sessions.ts';

const isolation = keep('isolation', [
  {
    claim: 'two clients share no instance',
    file: 'gateway/src/upstream/pool/place.ts',
    anchor: { in: 'keyOf', node: 'placeholder', mentions: ['owner', 'clientId'] },
    operator: { replace: '' },
    test: testIn('e2e/servers/isolation.test.ts', 'two clients have an instance each'),
  },
  {
    claim: 'two sessions share no instance under scope session',
    file: 'gateway/src/upstream/pool/place.ts',
    anchor: { in: 'place', node: 'ternary', mentions: ['scope', 'session'] },
    operator: 'condition-false',
    test: testIn(poolTest, 'scope session: two sessions'),
  },
  {
    claim: 'a session belongs to the token that opened it',
    file: sessions,
    anchor: { in: 'Sessions.find', node: 'operand', mentions: ['tokenKey'] },
    operator: 'drop-operand',
    test: testIn('e2e/protocol/sessions.test.ts', 'a session is one only for the token that opened it'),
  },
  {
    claim: 'a stream of the older transport takes messages from its opener only',
    file: 'gateway/src/http/routes/sse.ts',
    anchor: { in: 'SseTransport.post', node: 'comparison', mentions: ['connection', 'tokenKey'] },
    operator: { replace: false },
    test: testIn('e2e/protocol/eras.test.ts', 'requires credentials for a stream'),
  },
  {
    claim: 'a task of a shared server belongs to the client that made it',
    file: 'gateway/src/mcp/tasks/claims.ts',
    anchor: { in: 'TaskClaims.holds', node: 'return' },
    operator: { replace: true },
    test: testIn(
      'e2e/protocol/tasks.test.ts',
      'with a shared server a task is answered to the client that made it',
    ),
  },
  {
    claim: 'a shared server can ask none of its clients',
    file: 'gateway/src/upstream/rpc/pendingRequests.ts',
    anchor: { in: 'PendingRequests.askables', node: 'if', mentions: ['shared'] },
    operator: 'condition-false',
    test: testIn('e2e/protocol/eras.test.ts', 'a server that clients share can ask none of them'),
  },
]);

const serverMessages = keep('server-messages', [
  {
    claim: 'an error that echoes a secret is kept without it',
    file: 'gateway/src/upstream/http/failure/statusError.ts',
    anchor: { in: 'read', node: 'call', name: 'withoutSecrets' },
    operator: { replace: 'body' },
    test: testIn(
      'gateway/src/upstream/http/rejections.test.ts',
      'an error that echoes a header is kept without it',
    ),
  },
]);

const hostileServers = keep('hostile-servers', [
  {
    claim: 'what a server lists is bounded in bytes',
    file: 'gateway/src/catalog/items.ts',
    anchor: { in: 'firstWithin', node: 'if', mentions: ['maxBytes'] },
    operator: 'condition-false',
    test: testIn('gateway/src/catalog/items.test.ts', 'is cut after the last item that fits'),
  },
  {
    claim: 'comments and white space of an event stream count as bytes',
    file: 'gateway/src/upstream/http/exchange/responseBody.ts',
    anchor: { in: 'readEvents', node: 'if', mentions: ['sinceEvent', 'largestMessage'] },
    operator: 'condition-false',
    test: testIn('gateway/src/upstream/http/bodies.test.ts', 'an event without end is too large'),
  },
  {
    claim: 'times out a hanging call, which delays no other call on the same or another server',
    file: 'gateway/src/upstream/rpc/limits/timeLimit.ts',
    anchor: {
      in: 'TimeLimit.#start',
      node: 'argument',
      name: 'setTimeout',
      mentions: ['left', 'maxTimeout'],
    },
    operator: { replace: 2_000_000_000 },
    test: testIn(
      hostile,
      'times out a hanging call, which delays no other call on the same or another server',
    ),
  },
  {
    claim: 'calls that an instance holds are bounded in number',
    file: router,
    anchor: { in: 'Router.#rejection', node: 'if', mentions: ['taken', 'total', '<'] },
    operator: 'condition-true',
    test: testIn(hostile, 'rejects calls beyond the limit of an instance immediately'),
  },
  {
    claim: 'bytes without a message are bounded',
    file: 'gateway/src/upstream/rpc/limits/garbageLimit.ts',
    anchor: { in: 'GarbageLimit.add', node: 'if', mentions: ['withoutMessage'] },
    operator: 'condition-false',
    test: testIn(routerTest, 'an oversized answer fails the request it names'),
  },
  {
    claim: 'what a server does not read is bounded',
    file: 'gateway/src/upstream/framing/stdinWriter.ts',
    anchor: { in: 'StdinWriter.write', node: 'if', mentions: ['unsent', 'limits'] },
    operator: 'condition-false',
    test: testIn(hostile, 'queues messages for a server that does not read up to a limit, then rejects'),
  },
  {
    claim: 'a line without end ends the server',
    file: lines,
    anchor: { in: 'LineReader.#hold', node: 'if', mentions: ['discarded', '#limits'] },
    operator: 'condition-true',
    test: testIn(hostile, 'flood_line ends the server'),
  },
  {
    claim: 'a message above the limit is not held',
    file: lines,
    anchor: { in: 'LineReader.#hold', node: 'if', mentions: ['message', '#size'] },
    operator: 'condition-false',
    test: testIn(framingTest, 'never buffers a message above the limit, and reads the next one'),
  },
  {
    claim: 'a list without end is rejected',
    file: items,
    anchor: { in: 'readAllItems', node: 'if', mentions: ['maxItems'] },
    operator: 'condition-false',
    test: testIn(itemsTest, 'a list that is too long'),
  },
  {
    claim: 'a server that hangs does not delay the lists of others',
    file: 'gateway/src/inTime.ts',
    anchor: { in: 'inTime', node: 'element', mentions: ['late'] },
    operator: 'drop-element',
    test: testIn('gateway/src/catalog/catalog.test.ts', 'leaves out a slow server'),
  },
  {
    claim: 'a crash loop waits between starts',
    file: 'gateway/src/upstream/pool/supervisor.ts',
    anchor: { in: 'Supervisor.acquire', node: 'if', mentions: ['wait'] },
    operator: 'condition-false',
    test: testIn(poolTest, 'backs off longer after each crash of a loop, and rejects callers immediately'),
  },
  {
    claim: 'instances of a server are bounded in number',
    file: pool,
    anchor: { in: 'Pool.acquire', node: 'if', mentions: ['#makeRoom'] },
    operator: 'condition-false',
    test: testIn(poolTest, 'rejects a client whose instances are all in use'),
  },
  {
    claim: 'a server that ignores SIGTERM is killed',
    file: 'gateway/src/upstream/process/endTree.ts',
    anchor: { in: 'endTree', node: 'await', mentions: ['killAll'] },
    operator: 'drop-statement',
    test: testIn(survivors, 'closing ends a deaf server'),
  },
  {
    claim: 'the children of a server that ends are killed',
    file: 'gateway/src/upstream/process/endTree.ts',
    anchor: { in: 'killLeftovers', node: 'await', mentions: ['killAll'] },
    operator: 'drop-statement',
    test: testIn(survivors, 'a server that ends by itself takes what it started along'),
  },
  {
    claim: 'a daemon that left its group and its parent belongs to the server',
    file: 'gateway/src/upstream/process/tree.ts',
    anchor: { in: 'membersOf', node: 'operand', mentions: ['mark'] },
    operator: 'drop-operand',
    test: testIn(treeTest, 'descendants, the group and the marked belong'),
  },
  {
    claim: 'servers end with a gateway that is killed',
    file: 'gateway/src/upstream/process/watchdog.ts',
    anchor: { in: 'Watchdog.ensure', node: 'if', mentions: ['platform'] },
    operator: 'condition-true',
    test: testIn(survivors, 'nothing survives a gateway that is killed'),
  },
  {
    claim: 'a redirect to another origin is not followed',
    file: 'gateway/src/upstream/http/exchange/guardedRequest.ts',
    anchor: { in: 'follow', node: 'if', mentions: ['origin', 'target'] },
    operator: 'condition-false',
    test: testIn(httpTest, 'a redirect to another origin is not followed'),
  },
  {
    claim: 'an HTTP answer above the limit fails the call',
    file: 'gateway/src/upstream/http/exchange/responseBody.ts',
    anchor: { in: 'readText', node: 'if', mentions: ['bytes', 'largestMessage'] },
    operator: 'condition-false',
    test: testIn(httpTest, 'too large: the call fails'),
  },
  {
    claim: "a server's text steers no terminal of the administrator",
    file: pool,
    anchor: { in: 'Pool.#reportTo.failed', node: 'call', name: 'printable', mentions: ['message'] },
    operator: 'call-to-argument',
    test: testIn(httpTest, 'steers no terminal of the operator'),
  },
]);

const environmentClaims = keep('environment', [
  {
    claim: "the gateway's environment does not reach a server",
    file: 'gateway/src/upstream/process/openProcess.ts',
    anchor: { in: 'start', node: 'property', name: 'env' },
    operator: 'drop-element',
    test: testIn('e2e/servers/faults.test.ts', "the parent's environment does not reach a server"),
  },
  {
    claim: 'shell functions do not reach a server',
    file: environment,
    anchor: { in: 'childEnvironment', node: 'operand', mentions: ['startsWith'] },
    operator: 'drop-operand',
    test: testIn(environmentTest, 'the fixed list'),
  },
  {
    claim: 'no shell runs between the registry and the command',
    file: 'gateway/src/upstream/process/openProcess.ts',
    anchor: { in: 'start', node: 'property', name: 'shell' },
    operator: { replace: true },
    test: testIn(poolTest, 'names a missing command to the operator only, not to the client'),
  },
]);

const rememberedLists = keep('remembered-lists', [
  {
    claim: 'what another definition of a server listed is not used',
    file: 'gateway/src/catalog/memory/listMemory.ts',
    anchor: { in: 'ListMemory.#known', node: 'ternary', mentions: ['definitionDigest'] },
    operator: 'condition-true',
    test: testIn(
      'gateway/src/catalog/memory/listMemory.test.ts',
      'forgets a server whose definition or environment changed',
    ),
  },
  {
    claim: 'what is approved now decides over a list from memory',
    file: 'gateway/src/mcp/methods/lists/listViews.ts',
    anchor: { in: 'ListViews.#whole', node: 'element', mentions: ['#marks'] },
    operator: 'drop-element',
    test: testIn('gateway/src/mcp/methods/lists/listViews.test.ts', 'builds a view once'),
  },
]);

const managementReach = keep('management-reach', [
  {
    claim: 'the scope access changes access alone',
    file: 'gateway/src/management/registry/changeGuard.ts',
    anchor: { in: 'guardChange', node: 'if', mentions: ['denied'] },
    operator: 'condition-false',
    test: testIn('e2e/management/reach.test.ts', 'with the scope access'),
  },
  {
    claim: 'hidden arguments do not follow to another program',
    file: 'gateway/src/management/registry/changeGuard.ts',
    anchor: { in: 'hiddenArgs', node: 'if', mentions: ['isArray'] },
    operator: 'condition-true',
    test: testIn('gateway/src/management/registry/changeGuard.test.ts', 'where it would be shown'),
  },
  {
    claim: 'secrets do not stay beside another environment, mount or network',
    file: 'gateway/src/management/registry/changeGuard.ts',
    anchor: { in: 'guardSecrets', node: 'operand', mentions: ['secretSurroundingsOf'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/management/registry/changeGuard.test.ts', 'secrets stay where they are'),
  },
  {
    claim: 'the scope access starts and stops no server',
    file: 'gateway/src/http/routes/management.ts',
    anchor: { in: 'ManagementGate.handle', node: 'if', mentions: ['#inScope'] },
    operator: 'condition-false',
    test: testIn('e2e/management/reach.test.ts', 'with the scope access'),
  },
  {
    claim: 'an alias brings no hidden value to another place of the registry',
    file: 'gateway/src/registry/redact/editableYaml.ts',
    anchor: { in: 'restoreSecrets', node: 'if', mentions: ['holds', 'target'] },
    operator: 'condition-false',
    test: testIn('gateway/src/registry/redact/editableYaml.test.ts', 'rejects an alias'),
  },
  {
    claim: 'a secret does not follow a server to another target',
    file: 'gateway/src/management/registry/changeGuard.ts',
    anchor: { in: 'guardSecrets', node: 'if', mentions: ['kept'] },
    operator: 'condition-true',
    test: testIn('gateway/src/management/registry/changeGuard.test.ts', 'each scope'),
  },
  {
    claim: 'a test of a server that is not saved gives it no more than a change could',
    file: 'gateway/src/management/registry/registryWriter.ts',
    anchor: { in: 'RegistryWriter.trial', node: 'statement', mentions: ['#guard'] },
    operator: 'drop-statement',
    test: testIn('e2e/management/serverTrial.test.ts', 'no secret that a change could not give'),
  },
  {
    claim: 'a file of an application that Git tracks gets no token',
    file: 'gateway/src/connect/write/planConnect.ts',
    anchor: { in: 'rejectTracked', node: 'if', mentions: ['isBridged'] },
    operator: 'condition-true',
    test: testIn('e2e/management/connections.test.ts', 'a file that Git tracks'),
  },
]);

const clientRequests = keep('client-requests', [
  {
    claim: 'a denied question of a server does not reach the client',
    file: 'gateway/src/mcp/call/questions/clientRequests.ts',
    anchor: { in: 'governed', node: 'if', mentions: ['denied'] },
    operator: 'condition-false',
    test: testIn(
      'e2e/protocol/clientRequests.test.ts',
      'a request denied by the policy of the server or the client',
    ),
  },
  {
    claim: 'a server is not told of what it may not ask a client for',
    file: 'gateway/src/mcp/call/questions/announced.ts',
    anchor: { in: 'announced', node: 'if', mentions: ['denied', 'length'] },
    operator: 'condition-true',
    test: testIn('e2e/protocol/clientRequests.test.ts', 'announces only allowed client capabilities'),
  },
]);

const listedNames = keep('listed-names', [
  {
    claim: 'a tool that the server does not list cannot be called',
    file: 'gateway/src/policy/listing.ts',
    anchor: { in: 'decideListing', node: 'if', mentions: ['unlisted'] },
    operator: 'condition-true',
    test: testIn('e2e/lists/listedNames.test.ts', 'a tool is callable by its exact listed name alone'),
  },
  {
    claim: 'a prompt that the server does not list cannot be had',
    file: 'gateway/src/mcp/call/authorize.ts',
    anchor: { in: 'Checks.offered', node: 'if', mentions: ['offered'] },
    operator: 'condition-false',
    test: testIn('e2e/lists/listedNames.test.ts', 'a prompt is given by its exact listed name alone'),
  },
]);

const listedResources = keep('listed-resources', [
  {
    claim: 'a resource that the server neither lists nor gave cannot be read',
    file: 'gateway/src/mcp/call/authorize.ts',
    anchor: { in: 'Checks.offered', node: 'if', mentions: ['offered'] },
    operator: 'condition-false',
    test: testIn('e2e/lists/listedResources.test.ts', 'a resource is read that the server lists'),
  },
  {
    claim: 'a template is matched by what is outside of its braces',
    file: 'gateway/src/catalog/resources/uriTemplate.ts',
    anchor: { in: 'after', node: 'if', mentions: ['startsWith'] },
    operator: 'condition-true',
    test: testIn('gateway/src/catalog/resources/uriTemplate.test.ts', 'agrees with a regular expression'),
  },
  {
    claim: 'what is remembered of given resources is bounded',
    file: 'gateway/src/catalog/resources/givenResources.ts',
    anchor: { in: 'GivenResources.give', node: 'comparison', mentions: ['>', 'uris', 'most'] },
    operator: 'condition-false',
    test: testIn('gateway/src/catalog/resources/givenResources.test.ts', 'limits the URIs of one client'),
  },
]);

const resultSize = keep('result-size', [
  {
    claim: 'a larger answer of a process or a container is thrown away while it streams by',
    file: 'gateway/src/upstream/framing/lines.ts',
    anchor: { in: 'LineReader.#hold', node: 'if', mentions: ['>', 'message'] },
    operator: 'condition-false',
    test: testIn('e2e/limits/largeResults.test.ts', 'process (as an event: false)'),
  },
  {
    claim: 'a larger event is rejected, also where it ends with the chunk that exceeds the limit',
    file: 'gateway/src/upstream/http/exchange/responseBody.ts',
    anchor: { in: 'readEvents', node: 'if', mentions: ['sinceEvent', 'limit', 'byteLength'] },
    operator: 'condition-false',
    test: testIn('e2e/limits/largeResults.test.ts', 'http (as an event: true)'),
  },
]);

const pinning = keep('pinning', [
  {
    claim: 'with pin_tools a changed tool is not listed',
    file: 'gateway/src/mcp/methods/lists/listViews.ts',
    anchor: { in: 'ListViews.#usable', node: 'ternary', mentions: ['pinTools'] },
    operator: { replace: 'approved' },
    test: testIn('e2e/access/pins.test.ts', 'with pin_tools a tool that changed or appeared'),
  },
  {
    claim: 'with pin_tools a changed tool cannot be called',
    file: 'gateway/src/policy/pinning.ts',
    anchor: { in: 'decidePinning', node: 'if', mentions: ['pinTools'] },
    operator: 'condition-true',
    test: testIn('e2e/access/pins.test.ts', 'with pin_tools a tool that changed or appeared'),
  },
  {
    claim: 'approval is for the definition that was approved',
    file: toolMarks,
    anchor: { in: 'ToolMarks.compare', node: 'ternary', mentions: ['changedParts'] },
    operator: 'condition-true',
    test: testIn(toolMarksTest, 'approves the first list; later additions'),
  },
  {
    claim: 'a definition that changed after it was looked at is not approved',
    file: toolMarks,
    anchor: { in: 'ToolMarks.acknowledge', node: 'if', mentions: ['changed'] },
    operator: 'condition-false',
    test: testIn(toolMarksTest, 'does not approve a tool that changed after it was shown'),
  },
  {
    claim: 'no tool is trusted while the approvals cannot be read',
    file: toolMarks,
    anchor: { in: 'ToolMarks.observe', node: 'operand', mentions: ['#trusting'] },
    operator: 'drop-operand',
    test: testIn(toolMarksTest, 'an unreadable file makes every tool new'),
  },
  {
    claim: 'a changed definition is logged',
    file: toolMarks,
    anchor: { in: 'ToolMarks.observe', node: 'if', mentions: ['announced'] },
    operator: 'condition-false',
    test: testIn('e2e/access/pins.test.ts', 'without pin_tools a change is logged'),
  },
]);

const places = 'gateway/src/places.ts';
const placesTest = 'gateway/src/places.test.ts';
const placesClaims = keep('places', [
  {
    claim: 'a subscription has its place before the server answers',
    file: 'gateway/src/mcp/session/resourceListeners.ts',
    anchor: { in: 'ResourceListeners.add', node: 'statement', mentions: ['#reserve'] },
    operator: 'drop-statement',
    test: testIn('gateway/src/mcp/session/resourceListeners.test.ts', 'before the server has answered'),
  },
  {
    claim: 'one client has a part of the places',
    file: places,
    anchor: { in: 'mayTakePlace', node: 'operand', mentions: ['own', 'share'] },
    operator: 'drop-operand',
    test: testIn(placesTest, 'a client has a quarter'),
  },
  {
    claim: 'a few clients do not have all places together',
    file: places,
    anchor: { in: 'partOf', node: 'ternary', mentions: ['kept'] },
    operator: 'condition-false',
    test: testIn(placesTest, 'clients that each hold a quarter'),
  },
  {
    claim: 'a place in use is not ended',
    file: places,
    anchor: { in: 'makeRoom', node: 'ternary', mentions: ['since'] },
    operator: 'condition-false',
    test: testIn(placesTest, 'a client has a quarter'),
  },
  {
    claim: 'a client’s instance makes room for its own instances alone',
    file: pool,
    anchor: { in: 'Pool.#makeRoom', node: 'property', name: 'own', mentions: ['of'] },
    operator: { replace: 'own: [...record.supervisors]' },
    test: testIn(
      poolTest,
      'limits a client to a quarter of a server’s instances, and stops only its own least recently used one',
    ),
  },
  {
    claim: 'a client has a part of a shared instance’s calls',
    file: router,
    anchor: { in: 'Router.#rejection', node: 'if', mentions: ['own', 'mayTakePlace'] },
    operator: 'condition-false',
    test: testIn(routerTest, 'of a shared instance a client has a quarter'),
  },
]);

export const upstreamClaims: readonly Claim[] = [
  ...placesClaims,
  ...isolation,
  ...serverMessages,
  ...hostileServers,
  ...environmentClaims,
  ...managementReach,
  ...clientRequests,
  ...listedNames,
  ...listedResources,
  ...resultSize,
  ...pinning,
  ...rememberedLists,
];
