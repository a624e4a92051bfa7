import type { Defence, TestChoice } from '../defence.ts';

const unit = (file: string, name?: string): TestChoice => ({
  project: 'unit',
  file: `gateway/src/${file}`,
  ...(name !== undefined && { name }),
});
const system = (file: string, name: string): TestChoice => ({
  project: 'system',
  file: `gateway/src/upstream/${file}.system.test.ts`,
  name,
});
const e2e = (file: string, name: string): TestChoice => ({ project: 'e2e', file: `e2e/${file}`, name });

const router = 'gateway/src/upstream/rpc/router.ts';
const lines = 'gateway/src/upstream/framing/lines.ts';
const contentLength = 'gateway/src/upstream/framing/contentLength.ts';
const framing = (name: string): TestChoice => unit('upstream/framing/framing.test.ts', name);
const supervisor = 'gateway/src/upstream/pool/supervisor.ts';
const endTree = 'gateway/src/upstream/process/endTree.ts';
const tree = 'gateway/src/upstream/process/tree.ts';
const items = 'gateway/src/catalog/items.ts';
const names = 'gateway/src/catalog/names.ts';
const http = (name: string): TestChoice => unit('upstream/http/openHttp.test.ts', name);

/** Servers that do not answer. */
const silence: readonly Defence[] = [
  {
    against: 'a call that hangs for ever',
    file: router,
    code: 'return setTimeout(expire, Math.min(timeoutMs, longestTimeout)).unref();',
    without: 'return setTimeout(expire, longestTimeout).unref();',
    test: system('pool/hostile', 'a call that hangs times out'),
  },
  {
    against: 'a server that works on a call that nobody waits for',
    file: router,
    code: "if (method !== 'initialize' && method !== 'server/discover') {",
    without: "if (method === 'tools/list') {",
    test: unit('upstream/rpc/router.test.ts', 'cancelling tells the server'),
  },
  {
    against: 'a call that its client has cancelled',
    file: router,
    code: "signal.addEventListener('abort', abort, { once: true });",
    without: '',
    test: e2e('sessions.test.ts', 'cancelling reaches the server'),
  },
  {
    against: 'an initialize that is cancelled',
    file: router,
    code: "if (method !== 'initialize' && method !== 'server/discover') {",
    without: '{',
    test: unit('upstream/rpc/router.test.ts', 'initialize is never cancelled'),
  },
  {
    against: 'a late answer taken for an anomaly',
    file: router,
    code: 'this.#givenUp.add(id);',
    without: '',
    test: system('pool/hostile', 'an answer that comes too late is dropped'),
  },
  {
    against: 'more unanswered calls than memory should hold',
    file: router,
    code: 'if (this.#pending.size < limits.inFlightRequests) return undefined;',
    without: 'if (this.#pending.size < Infinity) return undefined;',
    test: system('pool/hostile', 'more calls than an instance may hold'),
  },
  {
    against: 'a server that does not read',
    file: 'gateway/src/upstream/framing/stdinWriter.ts',
    code: 'if (this.unsent + text.length > limits.unsent) return Promise.reject(this.#overloaded());',
    without: '',
    test: system('pool/hostile', 'what a server does not read is held up to a bound'),
  },
  {
    against: 'a server that hangs and holds up the list of all',
    file: 'gateway/src/catalog/catalog.ts',
    code: 'const first = await Promise.race([list, patience]);',
    without: 'const first = await Promise.race([list, patience.then(() => list)]);',
    test: unit('catalog/catalog.test.ts', 'a slow server is left out'),
  },
];

/** Servers that say too much. */
const floods: readonly Defence[] = [
  {
    against: 'garbage without end',
    file: router,
    code: 'this.#garbageLines >= limits.garbageLines || this.#bytesWithoutMessage > limits.withoutMessage',
    without: 'this.#bytesWithoutMessage > limits.withoutMessage',
    test: unit('upstream/rpc/router.test.ts', 'garbage without end'),
  },
  {
    against: 'answers that are too large one after the other',
    file: router,
    code: 'this.#garbageLines >= limits.garbageLines || this.#bytesWithoutMessage > limits.withoutMessage',
    without: 'this.#garbageLines >= limits.garbageLines',
    test: unit('upstream/rpc/router.test.ts', 'an oversized answer fails the request it names'),
  },
  {
    against: 'a server that goes on after it was found unusable',
    file: 'gateway/src/upstream/pool/instance.ts',
    code: 'onUnusable: (error) => this.#giveUp(error),',
    without: 'onUnusable: () => undefined,',
    test: system('pool/hostile', 'flood_stdout ends the server'),
  },
  {
    against: 'one line without end',
    file: lines,
    code: 'if (this.#discarded.bytes <= this.#limits.discarded) return;',
    without: 'if (this.#discarded !== undefined) return;',
    test: system('pool/hostile', 'flood_line ends the server'),
  },
  {
    against: 'holding a line that is too long',
    file: lines,
    code: 'if (!this.#discarded && this.#size + part.length > this.#limits.message) {',
    without: 'if (!this.#discarded && part.length > this.#limits.message) {',
    test: framing('a message above the limit is never held'),
  },
  {
    against: 'an answer above the limit that comes in one piece',
    file: lines,
    code: 'this.#size > 0 || this.#discarded || end - start > this.#limits.message',
    without: 'this.#size > 0 || this.#discarded',
    test: framing('a message above the limit in one piece'),
  },
  {
    against: 'holding an announced body that is too long',
    file: contentLength,
    code: '} else if (announced > this.#limits.message) {',
    without: '} else if (announced > this.#limits.discarded) {',
    test: framing('a message above the limit is never held'),
  },
  {
    against: 'reading on in an announced body without end',
    file: contentLength,
    code: `      this.#flooded = true;
      this.#sink.flooded(announced);`,
    without: '      this.#missing = announced;\n      this.#discarded = new DiscardedMessage();',
    test: framing('a body above the limit of what is read on'),
  },
  {
    against: 'a header line without end',
    file: contentLength,
    code: 'else if (this.#size + part.length > longestHeaderLine) this.#startDiscarding(part);',
    without: '',
    test: framing('a header line without end'),
  },
  {
    against: 'keeping all that a server writes to stderr',
    file: 'gateway/src/upstream/framing/stderrTail.ts',
    code: 'const kept = chunk.subarray(-this.#size);',
    without: `const kept = chunk;
    if (this.#written + chunk.length > this.#ring.length)
      this.#ring = Buffer.concat([this.#ring], this.#written + chunk.length);`,
    test: unit('upstream/framing/stderrTail.test.ts', 'what is kept is the end'),
  },
  {
    against: 'a flood of one anomaly in the log',
    file: 'gateway/src/upstream/rpc/anomalies.ts',
    code: 'if (now - count.reportedAt < reportEvery) return;',
    without: '',
    test: unit('upstream/rpc/anomalies.test.ts'),
  },
  {
    against: 'an endless cursor',
    file: items,
    code: "if (seen.has(next)) throw badList(kind, 'the same cursor twice');",
    without: '',
    test: unit('catalog/items.test.ts', 'is refused'),
  },
  {
    against: 'pages without end',
    file: items,
    code: 'pages < maxPages',
    without: 'pages < 1_000_000',
    test: unit('catalog/items.test.ts', 'pages without end'),
  },
  {
    against: 'a list without end',
    file: items,
    code: 'if (items.size > maxItems) throw badList(kind, `more than ${maxItems} of them`);',
    without: '',
    test: unit('catalog/items.test.ts', 'a list that is too long'),
  },
  {
    against: 'hundreds of lines for one changed list',
    file: 'gateway/src/pins/markRecord.ts',
    code: '[...tools].slice(0, maxLines)',
    without: '[...tools]',
    test: unit('pins/markRecord.test.ts'),
  },
  {
    against: 'more instances of a server than the machine should bear',
    file: 'gateway/src/upstream/pool/pool.ts',
    code: `    if (!oldest) return false;
    const [key, supervisor] = oldest;
    this.#end(record, key, supervisor, supervisor.stop());`,
    without: '',
    test: system('pool/pool', 'a server of which too many run'),
  },
];

/** Servers that answer what nobody asked. */
const forgeries: readonly Defence[] = [
  {
    against: 'a second answer to one call',
    file: router,
    code: '    this.#pending.delete(id);\n    clearTimeout(pending.timer);',
    without: '    clearTimeout(pending.timer);',
    test: system('pool/hostile', 'a second answer and answers to nobody'),
  },
  {
    against: 'answers to calls that nobody made',
    file: router,
    code: 'const id = numberIn(given);\n    const pending',
    without: `const asked = numberIn(given);
    const [newest] = [...this.#pending.keys()].slice(-1);
    const id = asked !== undefined && this.#pending.has(asked) ? asked : newest;
    const pending`,
    test: system('pool/hostile', 'a second answer and answers to nobody'),
  },
  {
    against: 'progress of somebody else’s call',
    file: router,
    code: '(this.#pending.get(token)?.progress ?? this.#ofTasks.get(token))',
    without: '[...this.#pending.values()].find((one) => one.progress)?.progress',
    test: e2e('sessions.test.ts', 'progress for a token never given goes nowhere'),
  },
  {
    against: "a caller's own progress token upstream",
    file: 'gateway/src/upstream/rpc/progressToken.ts',
    code: 'if (token !== undefined) return { ...params, _meta: { ...given, progressToken: token } };',
    without: 'if (token !== undefined) return { ...params, _meta: { progressToken: token, ...given } };',
    test: unit('upstream/rpc/progressToken.test.ts'),
  },
  {
    against: 'a batch whose answers are lost',
    file: router,
    code: 'if (Array.isArray(message)) for (const item of message) this.#dispatch(item, bytes, within);\n    else ',
    without: '',
    test: system('pool/hostile', 'an answer within a batch arrives'),
  },
  {
    against: 'questions that the client did not say it can be asked',
    file: 'gateway/src/upstream/rpc/serverRequests.ts',
    code: '!canBeAsked(capabilities, method, given) || this.#open.size >= mostOpen',
    without: 'this.#open.size >= mostOpen',
    test: unit('upstream/rpc/serverRequests.test.ts', 'what the client did not declare'),
  },
  {
    against: 'more open questions than a client can be asked',
    file: 'gateway/src/upstream/rpc/serverRequests.ts',
    code: '!canBeAsked(capabilities, method, given) || this.#open.size >= mostOpen',
    without: '!canBeAsked(capabilities, method, given)',
    test: unit('upstream/rpc/serverRequests.test.ts', 'no more than 64 questions'),
  },
  {
    against: 'questions without end before any call',
    file: 'gateway/src/upstream/rpc/serverRequests.ts',
    code: 'if (within !== undefined || this.#waiting.length >= mostWaiting) this.#refuse(id, method);',
    without: 'if (within !== undefined) this.#refuse(id, method);',
    test: unit('upstream/rpc/serverRequests.test.ts', 'no more than 16 questions wait'),
  },
  {
    against: 'a shared server that asks one of its clients about another',
    file: router,
    code: '    if (within === undefined && this.#options.shared) return [];\n',
    without: '',
    test: e2e('eras.test.ts', 'a server that clients share can ask none of them'),
  },
  {
    against: 'methods that no client knows',
    file: 'gateway/src/upstream/clientCapabilities.ts',
    code: '    default:\n      return false;',
    without: '    default:\n      return true;',
    test: unit('upstream/clientCapabilities.test.ts'),
  },
];

/** Servers that change, and what they call themselves. */
const definitions: readonly Defence[] = [
  {
    against: 'a changed tool in the list under pin_tools',
    file: 'gateway/src/catalog/catalog.ts',
    code: 'return (items as readonly Tool[]).filter((tool) => this.#options.isApproved(server.id, tool));',
    without: 'return items;',
    test: e2e('pins.test.ts', 'with pin_tools a tool that changed or appeared'),
  },
  {
    against: 'calling a changed tool under pin_tools',
    file: 'gateway/src/mcp/methods/callTool.ts',
    code: 'if (server.pinTools) await enterPinned(deps.catalog, caller, server, { method, tool });',
    without: 'void enterPinned;',
    test: e2e('pins.test.ts', 'with pin_tools a tool that changed or appeared'),
  },
  {
    against: 'a changed definition that is not on record',
    file: 'gateway/src/pins/toolMarks.ts',
    code: 'if (told.length > 0) for (const listener of this.#listeners) listener(serverId, new Map(told));',
    without: '',
    test: e2e('pins.test.ts', 'without pin_tools a change is on record'),
  },
  {
    against: 'a change of a part that has no name',
    file: 'gateway/src/pins/toolDefinition.ts',
    code: "...(others.length > 0 ? [['other', digest(Object.fromEntries(others))] as const] : []),",
    without: '',
    test: unit('pins/toolDefinition.test.ts', 'a change of any part'),
  },
  {
    against: 'approving what was not looked at',
    file: 'gateway/src/pins/toolMarks.ts',
    code: 'return looked !== undefined && changedParts(looked, definitionOf(tool)).length === 0;',
    without: 'return looked !== undefined;',
    test: unit('pins/toolMarks.test.ts', 'what comes or changes later is marked'),
  },
  {
    against: 'trusting everything when the approvals can not be read',
    file: 'gateway/src/pins/toolMarks.ts',
    code: 'if (this.#trusting && !this.#acknowledged.has(serverId)) this.#trustFirst(serverId, definitions);',
    without: 'if (!this.#acknowledged.has(serverId)) this.#trustFirst(serverId, definitions);',
    test: unit('pins/toolMarks.test.ts', 'a file that can not be read makes every tool new'),
  },
  {
    against: 'names that a client or a terminal would choke on',
    file: names,
    code: 'return fit.test(plain) ? plain : alias(serverId, tool, hashLength);',
    without: 'return plain;',
    test: unit('catalog/names.test.ts', 'every name is fit'),
  },
  {
    against: 'names that are too long',
    file: names,
    code: 'const fit = /^[A-Za-z0-9_-]{1,52}$/;',
    without: 'const fit = /^[A-Za-z0-9_-]+$/;',
    test: unit('catalog/names.test.ts', 'a name above 52 characters'),
  },
  {
    against: 'one name for two tools',
    file: names,
    code: 'if (taken !== undefined && length < 40) continue;',
    without: '',
    test: unit('catalog/names.test.ts', 'a tool named like the alias of another'),
  },
  {
    against: 'a tool that takes the name of an earlier one',
    file: items,
    code: 'for (const [id, item] of found) if (!items.has(id)) items.set(id, item);',
    without: 'for (const [id, item] of found) items.set(id, item);',
    test: unit('catalog/items.test.ts', 'the first of two with one id counts'),
  },
  {
    against: 'tools without a name',
    file: items,
    code: "isRecord(item) && typeof value === 'string' && value !== ''",
    without: 'isRecord(item)',
    test: unit('catalog/items.test.ts', 'what has no id is left out'),
  },
  {
    against: "words of a server in the operator's terminal",
    file: 'gateway/src/upstream/pool/pool.ts',
    code: 'this.#options.logger.warn(printable(error.message + detail));',
    without: 'this.#options.logger.warn(error.message + detail);',
    test: http('steers no terminal of the operator'),
  },
];

/** Processes. */
const processes: readonly Defence[] = [
  {
    against: 'a crash loop',
    file: supervisor,
    code: 'if (wait > 0) return Promise.reject(this.#notYet(wait));',
    without: '',
    test: system('pool/pool', 'a crash loop waits longer each time'),
  },
  {
    against: 'a crash loop at the same pace for ever',
    file: 'gateway/src/upstream/pool/backoff.ts',
    code: 'return uptime >= healthyAfter ? 1 : before + 1;',
    without: 'return 1;',
    test: unit('upstream/pool/backoff.test.ts'),
  },
  {
    against: 'a server that is deaf to SIGTERM',
    file: endTree,
    code: '  await killAll(tree, seen);\n}\n\n/** Ends without',
    without: '}\n\n/** Ends without',
    test: system('process/survivors', 'closing ends a deaf server'),
  },
  {
    against: 'a server that is killed before it could end by itself',
    file: endTree,
    code: '  if (await goneWithin(tree, seen, rootGone(tree))) return;\n',
    without: "  signalAll(tree, seen, 'SIGKILL');\n",
    test: system('pool/pool', 'an instance nobody uses is stopped'),
  },
  {
    against: 'grandchildren that a dead server leaves behind',
    file: 'gateway/src/upstream/process/processChannel.ts',
    code: 'killLeftovers(this.#tree).then(() => this.#letGo())',
    without: 'Promise.resolve(killLeftovers).then(() => this.#letGo())',
    test: system('process/survivors', 'a server that ends by itself takes what it started along'),
  },
  {
    against: 'a daemon that has left its group and its parent',
    file: tree,
    code: ' || mark === tree.mark',
    without: '',
    test: unit('upstream/process/tree.test.ts', 'descendants, the group and the marked belong'),
  },
  {
    against: 'a process group of which only the first is ended',
    file: tree,
    code: 'pid === tree.pid || group === tree.pid ||',
    without: 'pid === tree.pid ||',
    test: unit('upstream/process/tree.test.ts', 'descendants, the group and the marked belong'),
  },
  {
    against: 'servers that outlive a gateway that is killed',
    file: 'gateway/src/upstream/process/openProcess.ts',
    code: '    watchdog.ensure();\n',
    without: '    watchdog.ensure = () => undefined;\n',
    test: system('process/survivors', 'nothing survives a gateway that is killed'),
  },
  {
    against: "the gateway's environment in a server",
    file: 'gateway/src/upstream/process/environment.ts',
    code: 'const kept = names.flatMap((name) => {',
    without: 'const kept = [...names, ...Object.keys(parent)].flatMap((name) => {',
    test: e2e('faults.test.ts', "the parent's environment does not reach a server"),
  },
  {
    against: 'shell functions in the environment',
    file: 'gateway/src/upstream/process/environment.ts',
    code: "value === undefined || value.startsWith('()')",
    without: 'value === undefined',
    test: unit('upstream/process/environment.test.ts', 'the fixed list'),
  },
  {
    against: 'a forged mark in the registry',
    file: 'gateway/src/upstream/process/environment.ts',
    code: '[...kept, ...declared, [instanceVariable, mark]]',
    without: '[...kept, [instanceVariable, mark], ...declared]',
    test: unit('upstream/process/environment.test.ts', 'but not the mark'),
  },
  {
    against: 'a shell between the registry and the command',
    file: 'gateway/src/upstream/process/openProcess.ts',
    code: 'shell: false,',
    without: 'shell: true,',
    test: system('pool/pool', 'a command that does not exist'),
  },
  {
    against: 'commands and paths in what clients read',
    file: 'gateway/src/mcp/jsonrpc/rpcFailure.ts',
    code: 'return { code: RpcCode.upstreamFailed, message: error.message, data: { kind: error.kind } };',
    without: `const message = \`\${error.message} \${error.operatorDetail ?? ''}\`;
    return { code: RpcCode.upstreamFailed, message, data: { kind: error.kind } };`,
    test: e2e('faults.test.ts', 'missing: the error says so, without a command or a path'),
  },
];

/** Servers over HTTP. */
const overHttp: readonly Defence[] = [
  {
    against: 'a redirect to another address',
    file: 'gateway/src/upstream/http/guardedRequest.ts',
    code: 'if (target?.origin !== from.origin) {',
    without: 'if (target === null) {',
    test: http('a redirect to another origin is not followed'),
  },
  {
    against: 'redirects in circles',
    file: 'gateway/src/upstream/http/guardedRequest.ts',
    code: 'if (redirects >= mostRedirects) {',
    without: 'if (redirects >= 1_000) {',
    test: http('a redirect within the origin is followed, up to a point'),
  },
  {
    against: 'a server on another machine under loopback_only',
    file: 'gateway/src/upstream/http/guardedRequest.ts',
    code: 'if (server.loopbackOnly && !isLoopbackHost(target.hostname)) throw notLoopback(server.id);',
    without: '',
    test: http('with loopback_only nothing is sent to another machine'),
  },
  {
    against: 'a server whose name only begins like this machine',
    file: 'gateway/src/upstream/http/loopback.ts',
    code: 'names.has(hostname) || ipv4.test(hostname)',
    without: "names.has(hostname) || hostname.startsWith('127.') || hostname.startsWith('localhost')",
    test: unit('upstream/http/loopback.test.ts'),
  },
  {
    against: 'an older server that has its messages sent elsewhere',
    file: 'gateway/src/upstream/http/eventStreamTransport.ts',
    code: 'if (endpoint?.origin === server.url.origin) {',
    without: 'if (endpoint !== null) {',
    test: http('an older server that names another origin'),
  },
  {
    against: 'an HTTP answer without end',
    file: 'gateway/src/upstream/http/responseBody.ts',
    code: 'if (bytes > limits.message) throw tooLarge(serverId);',
    without: '',
    test: http('too large: the call fails'),
  },
  {
    against: 'an event without end',
    file: 'gateway/src/upstream/http/responseBody.ts',
    code: 'if (sinceEvent > limits.message) throw tooLarge(serverId);',
    without: '',
    test: http('too large an event: the call fails'),
  },
  {
    against: 'a stream that is taken up again for ever',
    file: 'gateway/src/upstream/http/streamableTransport.ts',
    code: 'lastEventId === undefined || progress.fruitless++ >= mostFruitlessResumes',
    without: 'lastEventId === undefined',
    test: http('a stream that brings nothing is taken up again so often and no more'),
  },
  {
    against: 'a session that the server has ended',
    file: 'gateway/src/upstream/http/streamableTransport.ts',
    code: 'if (status === 404 && this.#session !== undefined) throw this.#sessionOver();',
    without: '',
    test: http('a session the server has ended'),
  },
  {
    against: 'a session id that would break a header',
    file: 'gateway/src/upstream/http/streamableTransport.ts',
    code: "typeof session === 'string' && visibleAscii.test(session)",
    without: "typeof session === 'string'",
    test: http('a session id that is none'),
  },
  {
    against: 'an abandoned call that keeps its connection',
    file: 'gateway/src/upstream/http/streamableTransport.ts',
    code: 'if (cancels !== undefined) this.#exchanges.get(cancels)?.abort();',
    without: '',
    test: http('a call given up frees its connection'),
  },
];

export const upstreamDefences: readonly Defence[] = [
  ...silence,
  ...floods,
  ...forgeries,
  ...definitions,
  ...processes,
  ...overHttp,
];
