import type { Defence } from '../defence.ts';

const message = 'gateway/src/mcp/jsonrpc/message.ts';
const ambiguousKeys = 'gateway/src/mcp/jsonrpc/ambiguousKeys.ts';
const callTool = 'gateway/src/mcp/methods/callTool.ts';
const endpoint = 'gateway/src/mcp/endpoint/endpoint.ts';
const envelope = 'gateway/src/mcp/era/stateless/envelope.ts';
const sessions = 'gateway/src/mcp/session/sessions.ts';
const lossless = 'gateway/src/lossless.ts';

const e2e = (file: string, name: string): Defence['test'] => ({
  project: 'e2e',
  file: `e2e/${file}.test.ts`,
  name,
});
const jsonrpc = (name: string): Defence['test'] => e2e('jsonrpc', name);
const unit = (file: string, name?: string): Defence['test'] => ({
  project: 'unit',
  file,
  ...(name === undefined ? {} : { name }),
});
const refusedWithAnError = jsonrpc('is refused with an error of JSON-RPC, and nothing is forwarded');

const readings: readonly Defence[] = [
  {
    against: 'depth bombs for MCP',
    file: lossless,
    code: 'if (depth >= maxJsonDepth) throw',
    without: 'if (depth >= maxJsonDepth * 1_000) throw',
    test: jsonrpc('arguments nested too deep in'),
  },
  {
    against: 'depth bombs for management',
    file: 'gateway/src/http/routes/readJson.ts',
    code: 'parse: (text: string) => unknown = parseBounded,',
    without: 'parse: (text: string) => unknown = JSON.parse,',
    test: e2e('abuse', 'a depth bomb for management'),
  },
  {
    against: 'numbers that no double can hold, changed on the way',
    file: 'gateway/src/http/routes/mcp.ts',
    code: 'readJson(request, body.text, parseLossless)',
    without: 'readJson(request, body.text)',
    test: jsonrpc('lone surrogates, NUL and every kind of white space'),
  },
  {
    against: 'ids that come back with other digits',
    file: 'gateway/src/http/routes/mcp.ts',
    code: 'readJson(request, body.text, parseLossless)',
    without: 'readJson(request, body.text)',
    test: jsonrpc('the id 9007199254740993 is echoed'),
  },
  {
    against: 'exponents that are read as digits',
    file: lossless,
    code: '/[0-9.]{16}|[0-9][eE][+-]?[0-9]/',
    without: '/[0-9.]{16}/',
    test: jsonrpc('the id 1e3 is echoed'),
  },
  {
    against: 'numbers kept as text that pass for objects',
    file: message,
    code: ' && !isRawJson(value);',
    without: ';',
    test: refusedWithAnError,
  },
];

const keys: readonly Defence[] = [
  {
    against: 'keys that differ from a known one in case',
    file: message,
    code: 'if (ambiguous !== undefined) return invalid(known',
    without: "if (ambiguous === '') return invalid(known",
    test: jsonrpc('which some servers would take for another, is refused'),
  },
  {
    against: 'letters that only some languages fold',
    file: ambiguousKeys,
    code: 'key.toUpperCase().toLowerCase()',
    without: 'key.toLowerCase()',
    test: jsonrpc('the key argument\\u017f'),
  },
  {
    against: 'keys in what is completed that differ in case',
    file: 'gateway/src/mcp/methods/complete.ts',
    code: 'isObject(ref) ? ambiguousRefKey(ref) : undefined',
    without: "isObject(ref) && 'ambiguous' in ref ? ambiguousRefKey(ref) : undefined",
    test: jsonrpc('of what is completed is refused as well'),
  },
  {
    against: 'task ids that differ in case',
    file: ambiguousKeys,
    code: ", 'taskId'",
    without: '',
    test: unit('gateway/src/mcp/jsonrpc/ambiguousKeys.test.ts', 'taskid is found'),
  },
  {
    against: '__proto__ that becomes a prototype on its way to the server',
    file: callTool,
    code: 'params: { ...params, name: tool },',
    without: 'params: Object.assign({}, params, { name: tool }),',
    test: jsonrpc('__proto__, constructor and prototype are names like others'),
  },
  {
    against: '__proto__ in a patch of the registry',
    file: 'gateway/src/registry/edit/patch.ts',
    code: 'reservedKeys.has(key) ? [[...path, key]] : reservedKeysIn',
    without: "key === '' ? [[...path, key]] : reservedKeysIn",
    test: unit('gateway/src/registry/edit/patch.test.ts', 'refuses {'),
  },
  {
    against: '__proto__ in a list of a patch of the registry',
    file: 'gateway/src/registry/edit/patch.ts',
    code: 'if (Array.isArray(value)) return value.flatMap(',
    without: 'if (Array.isArray(value)) return value.slice(0, 0).flatMap(',
    test: unit('gateway/src/registry/edit/patch.test.ts', 'refuses {'),
  },
];

const types: readonly Defence[] = [
  {
    against: 'messages of another version of JSON-RPC',
    file: message,
    code: "own(value, 'jsonrpc') !== '2.0'",
    without: "String(own(value, 'jsonrpc')) !== '2.0'",
    test: refusedWithAnError,
  },
  {
    against: 'methods that are no text',
    file: message,
    code: "if (typeof method !== 'string')",
    without: "if (typeof method === 'boolean')",
    test: refusedWithAnError,
  },
  {
    against: 'ids that are neither text nor number',
    file: message,
    code: 'if (id !== undefined && known === null) {',
    without: 'if (id === undefined && known !== null) {',
    test: jsonrpc('is refused, and answered with null'),
  },
  {
    against: 'params that are no object',
    file: message,
    code: 'if (!isObject(params)) return',
    without: "if (typeof params === 'boolean') return",
    test: refusedWithAnError,
  },
  {
    against: 'names of tools that are no text',
    file: callTool,
    code: "if (typeof name !== 'string' || name === '') {",
    without: 'if (name === undefined) {',
    test: refusedWithAnError,
  },
  {
    against: 'arguments that are no object',
    file: callTool,
    code: 'if (args !== undefined && !isObject(args)) {',
    without: 'if (args === null) {',
    test: refusedWithAnError,
  },
];

const batches: readonly Defence[] = [
  {
    against: 'batches where the revision has none',
    file: 'gateway/src/mcp/era/legacy/revisions.ts',
    code: "return revision === '2025-03-26';",
    without: "return revision <= '2025-11-25';",
    test: jsonrpc('batches: refused where'),
  },
  {
    against: 'batches of stateless clients',
    file: 'gateway/src/mcp/era/legacy/revisions.ts',
    code: "return revision === '2025-03-26';",
    without: "return revision === '2025-03-26' || revision === '2026-07-28';",
    test: jsonrpc('batches: refused where'),
  },
  {
    against: 'batches by a header that says another revision than the session',
    file: endpoint,
    code: 'session?.identity.revision ?? arrival.revision ?? assumedRevision',
    without: 'arrival.revision ?? session?.identity.revision ?? assumedRevision',
    test: e2e('sessions', 'batches belong to 2025-03-26'),
  },
  {
    against: 'batches without end',
    file: endpoint,
    code: 'if (body.length > maxBatch)',
    without: 'if (body.length > maxBatch * 1_000)',
    test: jsonrpc('batches: refused where'),
  },
];

const mirrors: readonly Defence[] = [
  {
    against: 'Mcp-Method that says another method than the body',
    file: envelope,
    code: "if (headers.method !== method) return mismatch('Mcp-Method', headers.method, method);",
    without: '',
    test: jsonrpc('{"Mcp-Method":"tools/list"}'),
  },
  {
    against: 'Mcp-Method that differs in case',
    file: envelope,
    code: "if (headers.method !== method) return mismatch('Mcp-Method', headers.method, method);",
    without:
      "if (headers.method?.toLowerCase() !== method) return mismatch('Mcp-Method', headers.method, method);",
    test: jsonrpc('{"Mcp-Method":"Tools/Call"}'),
  },
  {
    against: 'Mcp-Name that says another tool than the body',
    file: envelope,
    code: 'if (named !== subject) return',
    without: "if (named === '' && subject === '') return",
    test: jsonrpc('{"Mcp-Name":"recording__secret"}'),
  },
  {
    against: 'a stateless request without Mcp-Name',
    file: envelope,
    code: 'if (named !== subject) return',
    without: 'if (named !== undefined && named !== subject) return',
    test: unit('gateway/src/mcp/era/stateless/envelope.test.ts', 'no name in the header'),
  },
  {
    against: 'a stateless request without Mcp-Method',
    file: envelope,
    code: 'if (headers.method !== method) return',
    without: 'if (headers.method !== undefined && headers.method !== method) return',
    test: unit('gateway/src/mcp/era/stateless/envelope.test.ts', 'no method in the header'),
  },
  {
    against: 'MCP-Protocol-Version that says another revision than the body',
    file: envelope,
    code: 'if (headers.revision !== claimed) return',
    without: 'if (headers.revision === claimed && claimed !== modernRevision) return',
    test: jsonrpc('{"MCP-Protocol-Version":"2025-11-25"}'),
  },
  {
    against: 'half a stateless request, read as one of an older era',
    file: envelope,
    code: 'if (isObject(meta) && own(meta, metaKeys.protocolVersion) !== undefined) return true;',
    without: '',
    test: e2e('sessions', 'half a stateless request is refused: tools/list {"_meta"'),
  },
  {
    against: 'a revision of the future in a header alone',
    file: envelope,
    code: 'if (revision !== undefined && dated.test(revision) && revision >= firstModern) return true;',
    without: '',
    test: e2e('sessions', '{"MCP-Protocol-Version":"2026-07-28"}'),
  },
  {
    against: 'revisions that nobody speaks',
    file: endpoint,
    code: 'if (arrival.revision !== undefined && !isSpoken(arrival.revision)) {',
    without: "if (arrival.revision === '' && !isSpoken(arrival.revision)) {",
    test: e2e('sessions', '{"MCP-Protocol-Version":"v9"}'),
  },
  {
    against: 'Mcp-Param headers that say something else than the arguments',
    file: 'gateway/src/mcp/call/mirroredParameters.ts',
    code: 'if (modern !== undefined) check(expected, modern.paramHeaders);',
    without: '',
    test: e2e('eras', 'is refused where a header says another argument'),
  },
  {
    against: 'arguments whose Mcp-Param header is left out',
    file: 'gateway/src/mcp/call/mirroredParameters.ts',
    code: 'if (says === value && (header === undefined) === (value === undefined)) continue;',
    without: 'if (says === value || header === undefined) continue;',
    test: e2e('eras', 'is refused where a header says another argument'),
  },
];

const belongings: readonly Defence[] = [
  {
    against: 'sessions of another token of the same client',
    file: sessions,
    code: 'session?.identity.tokenKey !== caller.tokenKey ||',
    without: 'session?.identity.clientId !== (caller as unknown as { client: { id: string } }).client.id ||',
    test: e2e('sessions', 'a session is one only for'),
  },
  {
    against: 'calls that are taken up twice',
    file: 'gateway/src/mcp/era/stateless/parkedCalls.ts',
    code: '    this.#parked.delete(state);\n    return parked.call;',
    without: '    return parked.call;',
    test: e2e('eras', 'can take up no call but its own'),
  },
];

export const jsonrpcDefences: readonly Defence[] = [
  ...readings,
  ...keys,
  ...types,
  ...batches,
  ...mirrors,
  ...belongings,
];
