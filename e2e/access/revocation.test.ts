import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { post, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const [oldToken, newToken] = ['token-that-was-0123456789', 'token-that-will-be-0123456789'];
const registry = (token: string | string[]): Parameters<TestGateway['writeRegistry']>[0] => ({
  clients: { tester: { token, allow_servers: ['plain'] } },
  servers: { plain: fixture('plain-server.ts') },
});
const ping = async (gateway: TestGateway, token: string): Promise<number | undefined> =>
  (await rpc(gateway, { id: 'tester', token }, 'ping')).body.error?.code;

/** Opens a session and its stream. */
async function openStream(
  gateway: TestGateway,
  token: string,
): Promise<{ session: string; stream: Reading }> {
  const credentials = { Authorization: `Bearer ${token}` };
  const clientInfo = { name: 'test', version: '1' };
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  const initialize = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  const opened = await post(`${gateway.origin}/mcp`, initialize, credentials);
  const session = opened.headers.get('mcp-session-id') ?? '';
  const headers = { ...credentials, Accept: 'text/event-stream', 'Mcp-Session-Id': session };
  const stream = await fetch(`${gateway.origin}/mcp`, { headers });
  expect(stream.status).toBe(200);
  return { session, stream: readToEnd(stream) };
}

/** A stream that is read for as long as it lasts. */
interface Reading {
  over: boolean;
  text: string;
}

function readToEnd({ body }: Response): Reading {
  const reading = { over: false, text: '' };
  const read = async (): Promise<void> => {
    for await (const chunk of body ?? []) reading.text += Buffer.from(chunk as Uint8Array).toString();
  };
  // Cut off is ended, too.
  void read()
    .catch(() => undefined)
    .then(() => (reading.over = true));
  return reading;
}

const ended = (reading: Reading): Promise<void> => until('the stream has ended', () => reading.over);

test('accepts both tokens during a rotation; a revoked one is invalid immediately, and its streams end', async () => {
  await using gateway = await TestGateway.start(registry(oldToken));
  expect([await ping(gateway, oldToken), await ping(gateway, newToken)]).toEqual([undefined, -32001]);
  const before = await openStream(gateway, oldToken);

  await gateway.writeRegistry(registry([oldToken, newToken]));
  await until('the new token is valid', async () => (await ping(gateway, newToken)) === undefined);
  expect(await ping(gateway, oldToken)).toBeUndefined();
  const after = await openStream(gateway, newToken);

  await gateway.writeRegistry(registry(newToken));
  await ended(before.stream);
  expect([await ping(gateway, oldToken), await ping(gateway, newToken)]).toEqual([-32001, undefined]);
  expect(after.stream.over).toBe(false);

  // The session of the revoked token has no owner now.
  const headers = { Authorization: `Bearer ${newToken}`, 'Mcp-Session-Id': before.session };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  expect((await post(`${gateway.origin}/mcp`, body, headers)).status).toBe(404);
});

test('a stream of the older transport ends with its token, also one without a message yet', async () => {
  await using gateway = await TestGateway.start(registry([oldToken, newToken]));
  const open = async (token: string): Promise<Reading> => {
    const stream = await fetch(`${gateway.origin}/sse`, { headers: { Authorization: `Bearer ${token}` } });
    return readToEnd(stream);
  };
  const [before, after] = await Promise.all([open(oldToken), open(newToken)]);
  await gateway.writeRegistry(registry(newToken));
  await ended(before);
  expect(await ping(gateway, newToken)).toBeUndefined();
  expect(after.over).toBe(false);
});

test('a reader of everything in /events is cut off with the management token', async () => {
  const managed = (management_token: string) => ({ ...registry(oldToken), lmcp: { management_token } });
  await using gateway = await TestGateway.start(managed('management-token-0123456789'));
  const open = (headers: Record<string, string>) => fetch(`${gateway.origin}/events`, { headers });
  const management = readToEnd(await open({ 'X-Lmcp-Management-Token': 'management-token-0123456789' }));
  const everybody = readToEnd(await open({}));
  await gateway.writeRegistry(managed('another-management-token-0123456789'));
  await ended(management);
  expect(await ping(gateway, oldToken)).toBeUndefined();
  expect(everybody.over).toBe(false);
});

test('a token that is replaced in its file is invalid without a change of the registry', async () => {
  await using gateway = await TestGateway.prepare({});
  const file = join(gateway.folder, 'tester.token');
  writeFileSync(file, oldToken, { mode: 0o600 });
  await gateway.writeRegistry({ clients: { tester: { token_file: file, allow_servers: [] } }, servers: {} });
  await gateway.run();
  const { stream } = await openStream(gateway, oldToken);
  expect(await ping(gateway, newToken)).toBe(-32001);
  writeFileSync(file, newToken);
  await ended(stream);
  expect([await ping(gateway, oldToken), await ping(gateway, newToken)]).toEqual([-32001, undefined]);
  const changes = (await gateway.audit()).filter(({ event }) => event === 'config_change');
  expect(changes).toHaveLength(1);
});

test('the running answer of a replaced token ends without its result', async () => {
  await using gateway = await TestGateway.start(registry(oldToken));
  const params = { name: 'plain__slow', arguments: { ms: 600_000 } };
  const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const answer = post(`${gateway.origin}/mcp`, call, { Authorization: `Bearer ${oldToken}` });
  const cutOff = expect(answer).rejects.toThrow('fetch failed');
  await until('the call runs', async () =>
    (await gateway.audit()).some(({ event }) => event === 'tool_authz'),
  );
  await gateway.writeRegistry(registry(newToken));
  await cutOff;
  expect(await ping(gateway, newToken)).toBeUndefined();
});

test('the running stream of a replaced token ends without its result', async () => {
  const asking = (token: string): Parameters<TestGateway['writeRegistry']>[0] => ({
    clients: { tester: { token, allow_servers: ['asks'] } },
    servers: { asks: fixture('odd/asking-server.ts') },
  });
  await using gateway = await TestGateway.start(asking(oldToken));
  const { session } = await openStream(gateway, oldToken);
  // The server reports progress, then waits for a second call before it does more.
  const params = {
    name: 'asks__echo',
    arguments: { method: 'ping', together: 2 },
    _meta: { progressToken: 1 },
  };
  const response = await fetch(`${gateway.origin}/mcp`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${oldToken}`,
      'Mcp-Session-Id': session,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }),
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const answer = readToEnd(response);
  await until('progress has come', () => answer.text.includes('notifications/progress'));
  await gateway.writeRegistry(asking(newToken));
  await ended(answer);
  expect(answer.text).not.toMatch(/"(?:result|error)"/);
  expect(await ping(gateway, newToken)).toBeUndefined();
});

test('a client that is removed loses its streams and its calls', async () => {
  await using gateway = await TestGateway.start(registry(oldToken));
  const { stream } = await openStream(gateway, oldToken);
  await gateway.writeRegistry({ clients: {}, servers: {} });
  await ended(stream);
  expect(await ping(gateway, oldToken)).toBe(-32001);
});

test('stores tokens created by commands only as hashes', async () => {
  await using gateway = await TestGateway.start(registry(oldToken));
  const added = await gateway.cli('client', 'add', 'second', '--allow', 'plain');
  const rotated = await gateway.cli('client', 'rotate', 'tester');
  const enabled = await gateway.cli('management', 'enable');
  const text = await gateway.registryText();
  for (const { code, stdout } of [added, rotated, enabled]) {
    expect(code).toBe(0);
    const shown = [...stdout.matchAll(/[A-Za-z0-9_-]{32,}/g)].map(([token]) => token);
    expect(shown.length).toBeGreaterThan(0);
    for (const token of shown) expect(text).not.toContain(token);
  }
  expect(text.match(/sha256/g)?.length).toBeGreaterThanOrEqual(3);
});
