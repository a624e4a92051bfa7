import { expect, test } from 'vitest';
import { auditEndpoints } from '../api/audit.ts';
import { callEndpoints } from '../api/call.ts';
import type { Endpoint } from '../api/endpoint.ts';
import { clientEndpoints } from '../api/clients.ts';
import { registryEndpoints } from '../api/registry.ts';
import { serverEndpoints } from '../api/servers.ts';
import { ApiError } from './apiError.ts';
import { readBody, readQuery } from './readRequest.ts';

const query = (text: string): unknown => readQuery(auditEndpoints.searchAudit, new URLSearchParams(text));

function failure(read: () => unknown): readonly [code: string, message: string] {
  try {
    read();
  } catch (error) {
    if (error instanceof ApiError) return [error.failure.error, error.message];
  }
  return ['accepted', ''];
}

test('empty parameters count as absent', () => {
  expect(query('client=&event=&limit=7')).toEqual({ limit: 7 });
});

test.each([
  ['limit=0', '"limit": expected a whole number from 1 to 500'],
  ['limit=501', '"limit": expected a whole number from 1 to 500'],
  ['limit=1e2', '"limit": expected a whole number from 1 to 500'],
  ['limit=00007', '"limit": expected a whole number from 1 to 500'],
  ['allowed=maybe', '"allowed": '],
  ['colour=red', 'Unrecognized key: "colour"'],
  ['colour=', 'Unrecognized key: "colour"'],
  ['client=a&client=b', '"client" is given twice'],
  ['client=&client=b', '"client" is given twice'],
])('rejects the query %s and says why', (text, message) => {
  const [code, given] = failure(() => query(text));
  expect([code, given]).toEqual(['invalid_query', expect.stringContaining(message)]);
});

test.each<[Endpoint, unknown, string, string]>([
  [registryEndpoints.applyPatch, { patch: 5 }, 'invalid_patch', '"patch": expected object'],
  [registryEndpoints.applyPatch, { patch: {}, more: 1 }, 'invalid_patch', 'Unrecognized key: "more"'],
  [clientEndpoints.addClient, { client_id: 'a' }, 'malformed_request', '"allow_servers": expected array'],
  [
    clientEndpoints.addClient,
    { client_id: 'a', allow_servers: [1] },
    'malformed_request',
    '"allow_servers[0]": expected string',
  ],
  [serverEndpoints.acknowledgeTools, { tools: 'all' }, 'malformed_request', '"tools": '],
  [
    callEndpoints.callTool,
    { client_id: 'a', server_id: 'b', tool: '', arguments: [] },
    'malformed_request',
    '"arguments": expected object',
  ],
])('rejects a body of %o that is %j and says where', (endpoint, body, code, message) => {
  const [given, text] = failure(() => readBody(endpoint, body));
  expect([given, text]).toEqual([code, expect.stringContaining(message)]);
  expect(text).toMatch(/Send for example \{.*\}$/);
});

test('passes on an object as it is, with every key', () => {
  const patch = JSON.parse('{"clients": {"__proto__": {}}, "__proto__": {"a": 1}}') as object;
  const read = readBody(registryEndpoints.applyPatch, { patch }) as { readonly patch: object };
  expect(read.patch).toBe(patch);
});

test.each([{ command: 'sh' }, null, []])('ignores the body %j of a request that needs none', (body) => {
  expect(() => readBody(serverEndpoints.startServer, body)).not.toThrow();
});

test('an error repeats no value of the body', () => {
  const [, text] = failure(() =>
    readBody(clientEndpoints.addClient, { client_id: 5, allow_servers: 'secret-1' }),
  );
  expect(text).not.toContain('secret-1');
});
