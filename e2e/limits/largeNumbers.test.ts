import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool, credentialsOf, post } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
const bystander = callerNamed('bystander');
/** Numbers whose digits JSON.parse would not keep: reading and writing them takes the gateway longest. */
const numbers = `[${'1e1,'.repeat(2 * 1024 ** 2)}1.0]`;
const stateless = {
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': 'tools/call',
  'Mcp-Name': 'numbers__numbers',
};
const statelessMeta = JSON.stringify({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'tester', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
});
let gateway: TestGateway;
let http: Server;
const received: string[] = [];

/** Its tool `numbers` answers with large numbers: as JSON, or as an event. */
function numberServer(): Server {
  return createServer((request, response) => {
    void text(request).then((body) => {
      const head = /"id":(\d+),"method":"([^"]+)"/.exec(body);
      if (head === null) return response.writeHead(202).end();
      const [, id = '', method = ''] = head;
      if (method === 'tools/call') received.push(body);
      const results: Record<string, string> = {
        initialize:
          '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"n","version":"1"}}',
        'tools/list': '{"tools":[{"name":"numbers","inputSchema":{"type":"object"}}]}',
        'tools/call': `{"content":[],"structuredContent":{"n":${numbers}}}`,
      };
      const event = body.includes('"event":true');
      const answer = `{"jsonrpc":"2.0","id":${id},"result":${results[method] ?? '{}'}}`;
      response.writeHead(200, { 'Content-Type': event ? 'text/event-stream' : 'application/json' });
      return response.end(event ? `data: ${answer}\n\n` : answer);
    });
  });
}

beforeAll(async () => {
  http = numberServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  gateway = await TestGateway.start({
    lmcp: { max_body_mib: 16 },
    clients: {
      tester: { token: caller.token, allow_servers: ['numbers'] },
      bystander: { token: bystander.token, allow_servers: ['plain'] },
    },
    servers: { numbers: { transport: 'http', url }, plain: fixture('plain-server.ts') },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  http.close();
});

test.each([
  ['/mcp', false, {}],
  ['/mcp/numbers', true, {}],
  ['/mcp', false, stateless],
])(
  '%s (events: %s, %o) passes on every digit of 8 MiB of numbers, both ways',
  async (path, event, headers) => {
    received.length = 0;
    const name = path === '/mcp' ? 'numbers__numbers' : 'numbers';
    const meta = 'Mcp-Method' in headers ? `,"_meta":${statelessMeta}` : '';
    const args = `{"event":${event},"n":${numbers}}`;
    const body = `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"${name}","arguments":${args}${meta}}}`;
    const answered = new AbortController();
    let served = 0;
    const others = (async () => {
      while (!answered.signal.aborted) {
        const answer = await callTool(gateway, bystander, 'plain__echo', { served });
        expect(answer.body.result?.['structuredContent']).toEqual({ served });
        served++;
      }
    })();
    const answer = await post(`${gateway.origin}${path}`, body, { ...credentialsOf(caller), ...headers });
    answered.abort();
    await others;
    expect(served).toBeGreaterThan(0);
    const expected = `{"jsonrpc":"2.0","id":7,"result":{"content":[],"structuredContent":{"n":${numbers}}`;
    expect(answer.text.startsWith(expected), answer.text.slice(0, 300)).toBe(true);
    expect(received.map((one) => one.includes(`"arguments":${args}`))).toEqual([true]);
    const lines = (await gateway.audit()).filter(({ client_id }) => client_id === caller.id);
    const logged = lines.findLast(({ event: name }) => name === 'tool_authz')?.detail?.['args'];
    expect(logged).toMatchObject({ bytes: args.length });
  },
);
