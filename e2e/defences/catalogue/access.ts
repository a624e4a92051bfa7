import type { Defence, TestChoice } from '../defence.ts';

const unit = (file: string, name?: string): TestChoice => ({
  project: 'unit',
  file: `gateway/src/${file}`,
  ...(name !== undefined && { name }),
});
const e2e = (file: string, name: string): TestChoice => ({ project: 'e2e', file: `e2e/${file}`, name });

const authenticate = 'gateway/src/clients/authenticate.ts';
const manager = 'gateway/src/clients/manager.ts';
const refusals = 'gateway/src/limits/refusals.ts';
const mcpRoute = 'gateway/src/http/routes/mcp.ts';
const decide = 'gateway/src/policy/decide.ts';
const sessions = 'gateway/src/mcp/session/sessions.ts';
const changes = 'gateway/src/assembly/registryChanges.ts';
const ungranted = e2e('access.test.ts', 'that was not granted is refused');

/** Who is it: credentials. */
const authentication: readonly Defence[] = [
  {
    against: "a client's id without its token",
    file: authenticate,
    code: "return { ok: false, reason: 'missing_token', clientId: credentials.clientId };",
    without: `const named = registry.clients.get(credentials.clientId ?? '');
    return named === undefined
      ? { ok: false, reason: 'missing_token', clientId: credentials.clientId }
      : { ok: true, client: named, tokenDigest: new Uint8Array(32) };`,
    test: unit('clients/authenticate.test.ts', 'an id alone is refused'),
  },
  {
    against: "another client's token under one's own id",
    file: authenticate,
    code: 'owner === undefined || (clientId !== null && clientId !== owner.id)',
    without: 'owner === undefined',
    test: unit('clients/authenticate.test.ts', "another client's token is refused"),
  },
  {
    against: 'two tokens that differ in one request',
    file: 'gateway/src/clients/credentials.ts',
    code: "if (ids.length > 1 || tokens.length > 1) return { kind: 'conflict' };",
    without: '',
    test: unit('clients/authenticate.test.ts', 'is refused'),
  },
  {
    against: 'another scheme of Authorization beside a good token',
    file: 'gateway/src/clients/credentials.ts',
    code: "if (authorization.includes(undefined)) return { kind: 'conflict' };",
    without: '',
    test: unit('clients/authenticate.test.ts', 'another scheme is refused'),
  },
  {
    against: 'a comparison of tokens that ends at the first difference',
    file: authenticate,
    code: 'if (timingSafeEqual(token, digest)) owner = client;',
    without: 'if (Buffer.compare(token, digest) === 0) owner = client;',
    test: unit('clients/constantTime.test.ts'),
  },
  {
    against: 'comparing no further once a token fits',
    file: authenticate,
    code: 'if (timingSafeEqual(token, digest)) owner = client;',
    without: 'if (owner === undefined && timingSafeEqual(token, digest)) owner = client;',
    test: unit('clients/constantTime.test.ts'),
  },
  {
    against: 'comparing nothing for a client that is not known',
    file: authenticate,
    code: '  let owner: Client | undefined;',
    without: `  if (clientId !== null && !registry.clients.has(clientId))
    return { ok: false, reason: 'unknown_client', clientId };
  let owner: Client | undefined;`,
    test: unit('clients/constantTime.test.ts', 'an unknown client'),
  },
  {
    against: "comparing the claimed client's tokens alone",
    file: authenticate,
    code: 'for (const client of registry.clients.values()) {',
    without: `for (const client of registry.clients.values()) {
    if (clientId !== null && client.id !== clientId) continue;`,
    test: unit('clients/constantTime.test.ts'),
  },
  {
    against: 'the loss of the second token during a rotation',
    file: authenticate,
    code: 'for (const token of client.tokens) {',
    without: 'for (const token of client.tokens.slice(0, 1)) {',
    test: unit('clients/authenticate.test.ts', 'both tokens of a rotation'),
  },
  {
    against: 'telling which clients exist by another answer',
    file: mcpRoute,
    code: 'else refuse(response, ids);',
    without: `else if (reason === 'unknown_client') sendError(response, 401, 'unauthorized', 'there is no such client');
    else refuse(response, ids);`,
    test: e2e('access.test.ts', 'and always the same words'),
  },
  {
    against: 'telling which clients exist by the check of credentials',
    file: 'gateway/src/http/routes/probe.ts',
    code: "else sendError(response, 401, 'unauthorized', unauthorizedWords);",
    without: `else sendError(response, reason === 'unknown_client' ? 404 : 401, 'unauthorized', unauthorizedWords);`,
    test: e2e('http.test.ts', 'credential checks: the answer'),
  },
  {
    against: 'guessing by the check of credentials',
    file: 'gateway/src/http/routes/probe.ts',
    code: 'if (!taken.ok) {',
    without: 'if (!taken.ok && taken.retryAfterS === 0) {',
    test: e2e('http.test.ts', 'credential checks: the answer'),
  },
  {
    against: 'tokens in the clear where a command makes one',
    file: 'gateway/src/cli/commands/client/add.ts',
    code: 'token_sha256: sha256, allow_servers',
    without: 'token, allow_servers',
    test: e2e('revocation.test.ts', 'tokens that commands make are kept as hashes alone'),
  },
];

/** Guesses: late, counted, and never in the way of a good credential. */
const guesses: readonly Defence[] = [
  {
    against: 'guesses that fill the disk',
    file: refusals,
    code: "if (this.#bucket.take(this.#clock.monotonic()).ok) return { kind: 'record' };",
    without: "if (this.#bucket.take(this.#clock.monotonic())) return { kind: 'record' };",
    test: e2e('http.test.ts', 'a flood of guesses'),
  },
  {
    against: 'guesses as fast as they can be sent',
    file: 'gateway/src/http/door/refusals.ts',
    code: "if (refusal.kind === 'count') await this.#throttle.wait(refusal.delayMs);",
    without: "if (refusal.kind === 'count') await this.#throttle.wait(0);",
    test: unit('http/door/refusals.test.ts'),
  },
  {
    against: 'guesses that pile up in memory while they wait',
    file: refusals,
    code: "this.#waiting >= maxWaiting ? { kind: 'reject' } : { kind: 'count', delayMs }",
    without: "{ kind: 'count', delayMs }",
    test: unit('limits/refusals.test.ts'),
  },
  {
    against: 'counted guesses that never come on record',
    file: refusals,
    code: '    this.#flush(counts);',
    without: '',
    test: unit('http/door/refusals.test.ts'),
  },
  {
    against: 'counted guesses that come on record at the end alone',
    file: refusals,
    code: 'this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();',
    without: '',
    test: unit('limits/refusals.test.ts', 'counted by reason'),
  },
  {
    against: 'guesses that keep the honest client waiting',
    file: mcpRoute,
    code: '  if (!caller.ok) {',
    without: `  const waits = { event: 'client_auth', allowed: false, reason: 'invalid_token' } as const;
  if (caller.ok && (await context.refusals.refuse(waits)) === 'busy') {
    sendBusy(response);
    return undefined;
  }
  if (!caller.ok) {`,
    test: e2e('http.test.ts', 'a flood of guesses'),
  },
];

/** Withdrawn credentials. */
const revocation: readonly Defence[] = [
  {
    against: 'a session that outlives its token',
    file: changes,
    code: '    sessions.endWhere(({ clientId, tokenKey }) => !holdsToken(registry.clients.get(clientId), tokenKey));',
    without: '',
    test: e2e('revocation.test.ts', 'a withdrawn one is so at once'),
  },
  {
    against: 'a token that is withdrawn while its client stays',
    file: 'gateway/src/http/caller.ts',
    code: 'client?.tokens.some((digest) => tokenKeyOf(digest) === tokenKey) ?? false',
    without: 'client !== undefined',
    test: e2e('revocation.test.ts', 'a withdrawn one is so at once'),
  },
  {
    against: 'a listening stream that outlives its token',
    file: changes,
    code: '    streams.review();',
    without: '',
    test: e2e('eras.test.ts', 'ends with the token that opened it'),
  },
  {
    against: 'a listening stream whose token is withdrawn while it opens',
    file: 'gateway/src/mcp/session/listenStreams.ts',
    code: 'if (this.#isOver(one.identity)) {',
    without: 'if (!this.#isOver) {',
    test: unit('mcp/session/listenStreams.test.ts', 'withdrawn while it opens'),
  },
  {
    against: 'a stream of the older transport that outlives its token',
    file: 'gateway/src/http/routes/sse.ts',
    code: 'this.#context.bound.add(stream, ({ clients }) => holdsToken(clients.get(client.id), tokenKey));',
    without: '',
    test: e2e('revocation.test.ts', 'a stream of the older transport ends with its token'),
  },
  {
    against: 'a live view that outlives the management token',
    file: 'gateway/src/http/routes/events.ts',
    code: "context.bound.add(stream, ({ settings }) => checkManagement(settings, presented).kind === 'ok');",
    without: 'void presented;',
    test: e2e('revocation.test.ts', 'a reader of everything in /events is cut off'),
  },
  {
    against: 'a stream that opens while its token is withdrawn',
    file: 'gateway/src/http/boundStreams.ts',
    code: 'if (!isGood(this.#registry())) {',
    without: 'if (!isGood) {',
    test: unit('http/boundStreams.test.ts'),
  },
];

/** Which servers. */
const allowlist: readonly Defence[] = [
  {
    against: 'servers that were not granted',
    file: decide,
    code: "if (!client.allowServers.has(serverId)) return { allowed: false, reason: 'server_not_allowed', rule };",
    without: '',
    test: e2e('access.test.ts', 'every client sees and calls only what it was granted'),
  },
  {
    against: 'calling a tool past the gate of its server',
    file: 'gateway/src/mcp/methods/callTool.ts',
    code: 'const server = enterServer(caller, serverId, { method, tool });',
    without: `const server = caller.registry.servers.get(serverId) ?? enterServer(caller, serverId, { method, tool });`,
    test: e2e('access.test.ts', 'every client sees and calls only what it was granted'),
  },
  {
    against: 'getting a prompt past the gate of its server',
    file: 'gateway/src/mcp/methods/getPrompt.ts',
    code: 'enterOther(caller, address.serverId, { method, about: detail })',
    without: `caller.registry.servers.get(address.serverId) ?? enterOther(caller, address.serverId, { method, about: detail })`,
    test: ungranted,
  },
  {
    against: 'reading a resource past the gate of its server',
    file: 'gateway/src/mcp/methods/resources.ts',
    code: 'server: enterOther(caller, serverId, { method, about: detail })',
    without: `server: caller.registry.servers.get(serverId) ?? enterOther(caller, serverId, { method, about: detail })`,
    test: ungranted,
  },
  {
    against: 'completing past the gate of the server',
    file: 'gateway/src/mcp/methods/complete.ts',
    code: 'enterOther(caller, serverId, { method, about: detail })',
    without: `caller.registry.servers.get(serverId) ?? enterOther(caller, serverId, { method, about: detail })`,
    test: ungranted,
  },
  {
    against: 'asking of a task past the gate of its server',
    file: 'gateway/src/mcp/methods/askTask.ts',
    code: 'enterOther(caller, serverId, { method, about: detail })',
    without: `caller.registry.servers.get(serverId) ?? enterOther(caller, serverId, { method, about: detail })`,
    test: e2e('tasks.test.ts', 'tasks of a server that is not granted are refused'),
  },
  {
    against: 'lists on the path of a server that was not granted',
    file: 'gateway/src/mcp/call/authorize.ts',
    code: 'return [enterServer(caller, caller.only, { method })];',
    without: `return [caller.registry.servers.get(caller.only) ?? enterServer(caller, caller.only, { method })];`,
    test: ungranted,
  },
  {
    against: 'lists of all servers, granted or not',
    file: 'gateway/src/mcp/call/authorize.ts',
    code: `return [...caller.client.allowServers]
      .filter((id) => caller.registry.servers.has(id))
      .map((id) => enterServer(caller, id, { method }));`,
    without: 'return [...caller.registry.servers.values()];',
    test: e2e('access.test.ts', 'what is listed beside tools is of the granted servers alone'),
  },
  {
    against: 'a session on the path of a server that was not granted',
    file: 'gateway/src/mcp/era/legacy/initialize.ts',
    code: "enterServer(caller, caller.only, { method: 'initialize' })",
    without: `caller.registry.servers.get(caller.only) ?? enterServer(caller, caller.only, { method: 'initialize' })`,
    test: ungranted,
  },
  {
    against: 'listening to a server that was not granted',
    file: 'gateway/src/mcp/era/stateless/listen.ts',
    code: 'const admitted = await admitResource(caller, method, { uri }).catch(() => undefined);',
    without: `const address = /^lmcp:([^/]+)\\/(.*)$/.exec(uri);
    const free = caller.registry.servers.get(address?.[1] ?? '');
    const admitted =
      free !== undefined && address?.[2] !== undefined
        ? { server: free, uri: address[2] }
        : await admitResource(caller, method, { uri }).catch(() => undefined);`,
    test: e2e('eras.test.ts', 'tells of what was asked for, of servers that it may reach'),
  },
  {
    against: 'telling which servers exist by another answer',
    file: 'gateway/src/mcp/call/authorize.ts',
    code: 'if (decision.allowed && server !== undefined) return server;',
    without: `if (decision.allowed && server !== undefined) return server;
  if (server === undefined) throw new RpcFailure(RpcCode.invalidParams, 'there is no such server');`,
    test: e2e('access.test.ts', 'every client sees and calls only what it was granted'),
  },
  {
    against: 'telling which servers exist by the check of a grant',
    file: 'gateway/src/http/routes/probe.ts',
    code: "else sendError(response, 403, 'server_not_allowed',",
    without: `else if (!registry.servers.has(serverId)) sendError(response, 404, 'unknown_server', 'there is no such server');
  else sendError(response, 403, 'server_not_allowed',`,
    test: e2e('http.test.ts', 'credential checks: the answer'),
  },
];

/** Which tools. */
const tools: readonly Defence[] = [
  {
    against: 'denied tools in the list',
    file: 'gateway/src/mcp/methods/listTools.ts',
    code: 'offered.filter(({ address }) => mayUse(caller, address.serverId, address.tool))',
    without: 'offered',
    test: e2e('access.test.ts', 'tool policy holds on the list and on the call'),
  },
  {
    against: 'calls of denied tools',
    file: 'gateway/src/mcp/methods/callTool.ts',
    code: 'enterTool(caller, server, { method, tool, args: fingerprint });',
    without: 'void [enterTool, fingerprint];',
    test: e2e('access.test.ts', 'tool policy holds on the list and on the call'),
  },
  {
    against: 'a denied tool that is allowed as well',
    file: decide,
    code: 'if (policy.denyTools.has(tool)) return { allowed: false, reason: words.denied, rule: `${path}.deny_tools` };',
    without: '',
    test: unit('policy/decide.test.ts', 'a tool may be used when the server allows it'),
  },
  {
    against: "a client's policy that widens the server's",
    file: decide,
    code: 'return own.allowed ? (decideByClient(client, server, tool) ?? own) : own;',
    without: 'return decideByClient(client, server, tool) ?? own;',
    test: unit('policy/decide.test.ts', 'a client policy never widens'),
  },
  {
    against: "a client's policy that is not looked at",
    file: decide,
    code: 'return own.allowed ? (decideByClient(client, server, tool) ?? own) : own;',
    without: 'return own;',
    test: e2e('access.test.ts', 'a client can only be narrowed'),
  },
];

/** What the management token alone opens. */
const management: readonly Defence[] = [
  {
    against: "a client's token taken for the management token",
    file: 'gateway/src/http/context.ts',
    code: 'const { settings } = context.registry();',
    without: `const { settings: own, clients } = context.registry();
  const ofClients = [...clients.values()].flatMap(({ tokens }) => tokens);
  const settings = { ...own, managementTokens: [...own.managementTokens, ...ofClients] };`,
    test: e2e('management.test.ts', 'GET /registry/view needs the token'),
  },
  {
    against: 'management without a token',
    file: 'gateway/src/http/context.ts',
    code: "if (check.kind !== 'refused') return { management: check.kind === 'ok' };",
    without:
      "if (check.kind !== 'refused' || (required && presented.length === 0)) return { management: true };",
    test: e2e('management.test.ts', 'GET /registry/view needs the token'),
  },
  {
    against: 'a management header that is there twice',
    file: manager,
    code: 'return matches && others.length === 0',
    without: 'return matches',
    test: unit('clients/manager.test.ts'),
  },
  {
    against: 'comparing no further once a management token fits',
    file: manager,
    code: 'matches = timingSafeEqual(known, digest) || matches;',
    without: 'matches = matches || timingSafeEqual(known, digest);',
    test: unit('clients/constantTime.test.ts', 'every management token'),
  },
  {
    against: 'tokens in what management reads of the registry',
    file: 'gateway/src/registry/redact/redact.ts',
    code: "(key in clientSchema.shape && !tokenKeys.includes(key)) || key === 'tool_policy'",
    without: "key in clientSchema.shape || key === 'tool_policy'",
    test: unit('registry/redact/redact.test.ts', 'tokens become their status'),
  },
  {
    against: 'values of variables in what management reads of the registry',
    file: 'gateway/src/registry/redact/redact.ts',
    code: "if (key === 'env' || key === 'headers') return mapValues(sectionOf(value), setOrEmpty);",
    without: '',
    test: unit('registry/redact/redact.test.ts', 'tokens become their status'),
  },
  {
    against: 'what everybody may read telling whose decision it was',
    file: 'gateway/src/events/visibility.ts',
    code: 'return management ? line : publicLine(line);',
    without: 'return management ? line : { ...publicLine(line), ...line };',
    test: e2e('http.test.ts', '/events streams decisions as they happen'),
  },
];

/** What is written down and told. */
const secrecy: readonly Defence[] = [
  {
    against: 'arguments on record',
    file: 'gateway/src/mcp/methods/callTool.ts',
    code: "const fingerprint = caller.trail.fingerprint(args === undefined ? '' : JSON.stringify(args));",
    without: `const text = args === undefined ? '' : JSON.stringify(args);
    const fingerprint = { ...caller.trail.fingerprint(text), text };`,
    test: e2e('access.test.ts', 'without a secret or a value'),
  },
  {
    against: 'credentials of a query on record',
    file: mcpRoute,
    code: "trail.note({ event: 'client_auth', allowed: true, reason: 'ok' });",
    without:
      "trail.note({ event: 'client_auth', allowed: true, reason: 'ok', detail: { address: request.url } });",
    test: { project: 'e2e', file: 'e2e/access.test.ts' },
  },
  {
    against: 'secrets in the URI of a resource on record',
    file: 'gateway/src/mcp/call/recordedUri.ts',
    code: "'$1…@').replace(/[?#].*$/s, '?…')",
    without: "'$1…@')",
    test: unit('mcp/call/recordedUri.test.ts'),
  },
  {
    against: 'the inside of the gateway in an error',
    file: 'gateway/src/mcp/jsonrpc/rpcFailure.ts',
    code: "message: 'LMCP failed to handle this request; its log says more' }",
    without: 'message: String(error) }',
    test: unit('mcp/jsonrpc/rpcFailure.test.ts'),
  },
];

/** How much. */
const limits: readonly Defence[] = [
  {
    against: 'more requests than the limit of a client',
    file: 'gateway/src/mcp/endpoint/limit.ts',
    code: '  if (taken.ok) return;',
    without: '  if (taken.ok || taken.retryAfterS > 0) return;',
    test: e2e('access.test.ts', 'past its rate limit a client gets'),
  },
  {
    against: 'more stateless requests than the limit of a client',
    file: 'gateway/src/mcp/era/stateless/post.ts',
    code: 'await enterLimit(deps.limit, caller, request.method);',
    without: 'void enterLimit;',
    test: e2e('access.test.ts', 'past its rate limit a client gets'),
  },
  {
    against: 'a full bucket by a change of the limit',
    file: 'gateway/src/limits/tokenBucket.ts',
    code: 'Math.max(0, perMinute - (this.perMinute - this.#tokens))',
    without: 'perMinute',
    test: unit('limits/tokenBucket.test.ts'),
  },
  {
    against: 'sessions without end',
    file: sessions,
    code: 'if (own.length >= maxPerClient) {',
    without: 'if (own.length === Infinity) {',
    test: unit('mcp/session/session.test.ts', 'a client at its bound'),
  },
  {
    against: 'idle sessions that stay for ever',
    file: sessions,
    code: 'if (!session.busy && session.lastSeen < oldest) this.end(session);',
    without: 'if (!session.busy && session.lastSeen > oldest) continue;',
    test: unit('mcp/session/session.test.ts', 'idle sessions are reaped'),
  },
  {
    against: 'streams of the older transport without end',
    file: 'gateway/src/http/routes/sse.ts',
    code: 'if (this.#connections.size >= mostConnections) {',
    without: 'if (this.#connections.size === Infinity) {',
    test: e2e('access.test.ts', 'five hundred streams of the older transport'),
  },
  {
    against: 'listening streams without end',
    file: 'gateway/src/mcp/session/listenStreams.ts',
    code: 'if (others.length >= mostPerClient) others[0]?.stream.close();',
    without: 'void others;',
    test: unit('mcp/session/listenStreams.test.ts', 'the oldest stream of a client'),
  },
  {
    against: 'calls without end that wait for their client',
    file: 'gateway/src/mcp/era/stateless/parkedCalls.ts',
    code: 'if (this.#parked.size >= mostParked) {',
    without: 'if (this.#parked.size === Infinity) {',
    test: unit('mcp/era/stateless/parkedCall.test.ts', 'no more than a thousand calls'),
  },
  {
    against: 'a call that waits for its client for ever',
    file: 'gateway/src/mcp/era/stateless/parkedCalls.ts',
    code: 'const timer = setTimeout(() => this.#drop(call.state), patienceMs).unref();',
    without: 'const timer = setTimeout(() => undefined, patienceMs).unref();',
    test: unit('mcp/era/stateless/parkedCall.test.ts', 'given up after ten minutes'),
  },
  {
    against: 'messages without end for a session that nobody reads',
    file: 'gateway/src/mcp/session/session.ts',
    code: 'this.#events.length > maxBufferedEvents || this.#bufferedBytes > maxBufferedBytes',
    without: 'this.#events.length > maxBufferedEvents',
    test: unit('mcp/session/session.test.ts', 'the buffer is bounded'),
  },
];

/** What is somebody else's. */
const isolation: readonly Defence[] = [
  {
    against: 'an instance that two clients share',
    file: 'gateway/src/upstream/pool/pool.ts',
    code: 'return `${owner.clientId}\\0${session}\\0${capabilities}\\0${era}`;',
    without: 'return `${session}\\0${capabilities}\\0${era}`;',
    test: e2e('isolation.test.ts', 'two clients have an instance each'),
  },
  {
    against: 'an instance that two sessions share against the registry',
    file: 'gateway/src/upstream/pool/pool.ts',
    code: "const session = server.scope === 'client' ? '' : (owner.sessionId ?? '');",
    without: "const session = '';",
    test: {
      project: 'system',
      file: 'gateway/src/upstream/pool/pool.system.test.ts',
      name: 'scope session: two sessions',
    },
  },
  {
    against: 'the session of another client',
    file: sessions,
    code: 'session?.identity.tokenKey !== caller.tokenKey || session.identity.only !== caller.only',
    without: 'session?.identity.only !== caller.only',
    test: e2e('sessions.test.ts', 'a session is one only for the token that opened it'),
  },
  {
    against: 'a session of one path on another',
    file: sessions,
    code: 'session?.identity.tokenKey !== caller.tokenKey || session.identity.only !== caller.only',
    without: 'session?.identity.tokenKey !== caller.tokenKey',
    test: e2e('sessions.test.ts', 'a session is one only for the token that opened it'),
  },
  {
    against: "another client's stream of the older transport",
    file: 'gateway/src/http/routes/sse.ts',
    code: 'if (connection?.tokenKey !== arrival.tokenKey) {',
    without: 'if (connection === undefined) {',
    test: e2e('eras.test.ts', 'a stream is its opener’s alone'),
  },
  {
    against: "another client's task on a shared server",
    file: 'gateway/src/mcp/tasks/claims.ts',
    code: 'return !isGuarded(server) || this.#ofClient.get(clientId)?.has(keyOf(server, taskId)) === true;',
    without: 'return true || isGuarded(server) || clientId === taskId;',
    test: e2e('tasks.test.ts', 'with a shared server a task is answered to the client that made it'),
  },
  {
    against: "another client's tasks in the list of a shared server",
    file: 'gateway/src/mcp/methods/listTasks.ts',
    code: 'all.filter(({ taskId }) => taskClaims.holds(server, caller.client.id, String(taskId)))',
    without: 'all.filter(() => taskClaims !== undefined)',
    test: e2e('tasks.test.ts', 'with a shared server a task is answered to the client that made it'),
  },
  {
    against: "a mark of somebody else's task on a call",
    file: 'gateway/src/mcp/call/forward.ts',
    code: `return withoutRelatedTask(
      caller.modern === undefined ? knownTask(instance, params) : withoutEnvelope(params),
    );`,
    without: 'return caller.modern === undefined ? knownTask(instance, params) : withoutEnvelope(params);',
    test: e2e('tasks.test.ts', "a mark of somebody else's task on a call"),
  },
  {
    against: 'taking up the call of another client',
    file: 'gateway/src/mcp/era/stateless/carryOut.ts',
    code: "return [caller.client.id, caller.only ?? '', server.id, method, hmac].join('\\0');",
    without: "return [method].join('\\0');",
    test: e2e('eras.test.ts', 'can take up no call but its own'),
  },
  {
    against: "hearing of changes of another client's server",
    file: 'gateway/src/mcp/session/announcer.ts',
    code: "scope === 'shared' ? [...registry.clients.keys()] : [owner.clientId]",
    without: '[...registry.clients.keys()]',
    test: e2e('sessions.test.ts', 'list_changed reaches the sessions of the client'),
  },
];

export const accessDefences: readonly Defence[] = [
  ...authentication,
  ...guesses,
  ...revocation,
  ...allowlist,
  ...tools,
  ...management,
  ...secrecy,
  ...limits,
  ...isolation,
  {
    against: 'a subscription that is brought back after its grant was withdrawn',
    file: 'gateway/src/mcp/session/resourceListeners.ts',
    code: ' || !this.#mayHear(entry)) return false;',
    without: ') return false;',
    test: { project: 'unit', file: 'gateway/src/mcp/session/resourceListeners.test.ts' },
  },
];
