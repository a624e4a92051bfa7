import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, credentialsOf, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: ['burst'] } },
    servers: { burst: fixture('odd/burst-server.ts') },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const answer = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'done' }] } };

/** Calls, and reads nothing of the answer before the gateway has it whole. */
async function callAndReadLate(kind: string): Promise<string> {
  const headers = {
    ...credentialsOf(caller),
    'Mcp-Session-Id': await openSession(),
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
  };
  const params = { name: 'echo', arguments: { kind }, _meta: { progressToken: 1 } };
  const before = await outcomes();
  return new Promise((resolve, reject) => {
    const call = request(`${gateway.origin}/mcp/burst`, { method: 'POST', headers }, (response) => {
      response.pause();
      void until('the outcome is logged', async () => (await outcomes()) > before).then(() => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(text));
        response.on('error', reject);
        response.resume();
      }, reject);
    });
    call.on('error', reject);
    call.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }));
  });
}

async function openSession(): Promise<string> {
  const clientInfo = { name: 'slow', version: '1' };
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  const { headers } = await rpc(gateway, caller, 'initialize', params, { path: '/mcp/burst' });
  return headers.get('mcp-session-id') ?? '';
}

async function outcomes(): Promise<number> {
  return (await gateway.audit()).filter(({ event }) => event === 'tool_result').length;
}

test.each(['progress', 'log'])('gives a slow reader its answer after a burst: %s', async (kind) => {
  const events = (await callAndReadLate(kind)).split('\n\n').filter((event) => event.includes('data: '));
  const messages = events.map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)) as unknown);
  expect(messages.at(-1)).toEqual(answer);
  expect(messages.length).toBeLessThan(30_000);
});
