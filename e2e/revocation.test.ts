import { expect, test } from 'vitest';
import { TestGateway, until } from './harness/gateway.ts';
import { post, rpc } from './harness/rpc.ts';
import { fixture } from './harness/servers.ts';

const [oldToken, newToken] = ['token-that-was-0123456789', 'token-that-will-be-0123456789'];
const registry = (token: string | string[]): Parameters<TestGateway['writeRegistry']>[0] => ({
  clients: { tester: { token, allow_servers: ['plain'] } },
  servers: { plain: fixture('plain-server.ts') },
});
const ping = async (gateway: TestGateway, token: string): Promise<number | undefined> =>
  (await rpc(gateway, { id: 'tester', token }, 'ping')).body.error?.code;

/** Opens a session and its stream; `ended` resolves when the gateway ends the stream. */
async function openStream(
  gateway: TestGateway,
  token: string,
): Promise<{ session: string; ended: Promise<true> }> {
  const credentials = { Authorization: `Bearer ${token}` };
  const clientInfo = { name: 'test', version: '1' };
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  const initialize = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  const opened = await post(`${gateway.origin}/mcp`, initialize, credentials);
  const session = opened.headers.get('mcp-session-id') ?? '';
  const headers = { ...credentials, Accept: 'text/event-stream', 'Mcp-Session-Id': session };
  const stream = await fetch(`${gateway.origin}/mcp`, { headers });
  expect(stream.status).toBe(200);
  return { session, ended: readToEnd(stream) };
}

async function readToEnd({ body }: Response): Promise<true> {
  try {
    for await (const _ of body ?? []);
  } catch {
    // Cut off is ended, too.
  }
  return true;
}

test('during a rotation both tokens are valid; a withdrawn one is so at once, and its streams end', async () => {
  await using gateway = await TestGateway.start(registry(oldToken));
  expect([await ping(gateway, oldToken), await ping(gateway, newToken)]).toEqual([undefined, -32001]);
  const before = await openStream(gateway, oldToken);

  await gateway.writeRegistry(registry([oldToken, newToken]));
  await until('the new token is valid', async () => (await ping(gateway, newToken)) === undefined);
  expect(await ping(gateway, oldToken)).toBeUndefined();
  const after = await openStream(gateway, newToken);

  await gateway.writeRegistry(registry(newToken));
  expect(await before.ended).toBe(true);
  expect([await ping(gateway, oldToken), await ping(gateway, newToken)]).toEqual([-32001, undefined]);
  const still = await Promise.race([after.ended, rpc(gateway, { id: 'tester', token: newToken }, 'ping')]);
  expect(still).not.toBe(true);

  // The session of the withdrawn token is nobody's now.
  const headers = { Authorization: `Bearer ${newToken}`, 'Mcp-Session-Id': before.session };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  expect((await post(`${gateway.origin}/mcp`, body, headers)).status).toBe(404);
});

test('a stream of the older transport ends with its token, also one that nobody has spoken on', async () => {
  await using gateway = await TestGateway.start(registry([oldToken, newToken]));
  const open = async (token: string): Promise<{ ended: Promise<true> }> => {
    const stream = await fetch(`${gateway.origin}/sse`, { headers: { Authorization: `Bearer ${token}` } });
    return { ended: readToEnd(stream) };
  };
  const [before, after] = await Promise.all([open(oldToken), open(newToken)]);
  await gateway.writeRegistry(registry(newToken));
  expect(await before.ended).toBe(true);
  expect(await Promise.race([after.ended, ping(gateway, newToken)])).not.toBe(true);
});

test('a reader of everything in /events is cut off with the management token', async () => {
  const managed = (management_token: string) => ({ ...registry(oldToken), lmcp: { management_token } });
  await using gateway = await TestGateway.start(managed('management-token-0123456789'));
  const open = (headers: Record<string, string>) => fetch(`${gateway.origin}/events`, { headers });
  const management = readToEnd(await open({ 'X-Lmcp-Management-Token': 'management-token-0123456789' }));
  const everybody = readToEnd(await open({}));
  await gateway.writeRegistry(managed('another-management-token-0123456789'));
  expect(await management).toBe(true);
  expect(await Promise.race([everybody, ping(gateway, oldToken)])).not.toBe(true);
});

test('a client that is removed loses its streams and its calls', async () => {
  await using gateway = await TestGateway.start(registry(oldToken));
  const { ended } = await openStream(gateway, oldToken);
  await gateway.writeRegistry({ clients: {}, servers: {} });
  expect(await ended).toBe(true);
  expect(await ping(gateway, oldToken)).toBe(-32001);
});

test('tokens that commands make are kept as hashes alone', async () => {
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
