import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formsOf } from '../fixtures/secretForms.ts';
import { folderHolds } from '../harness/auditLog.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { managementToken } from '../harness/management.ts';
import { callerNamed, callTool, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const owner = callerNamed('owner');
const modes = ['refuse', 'exit', 'revision', 'list', 'tell'] as const;
/** Of a variable, an argument, a header and a query: each with characters that encodings change. */
const secrets = {
  env: 'kP9+wX/2 vL"7qZ&1',
  argument: 'aR3%tY<8>mN=5',
  header: 'hB6&dF;4\\sG7kk',
  query: 'qV1-cM9~xS2tt',
};
const forms = [...new Set(Object.values(secrets).flatMap(formsOf))];
let gateway: TestGateway;
let rejecting: Server;
let heard = '';

beforeAll(async () => {
  // What it was sent, in a rejection.
  rejecting = createServer((request, response) => {
    const said = [request.headers['x-key'], request.url].map(String);
    heard = said.join(' ');
    const all = [...said, secrets.query, ...said.flatMap(formsOf)].join(' | ');
    response.writeHead(401, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error: all }));
  });
  await new Promise<void>((resolve) => rejecting.listen(0, '127.0.0.1', resolve));
  const { port } = rejecting.address() as AddressInfo;
  gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: { owner: { token: owner.token, allow_servers: [...modes, 'http'] } },
    servers: {
      ...Object.fromEntries(
        modes.map((mode) => [
          mode,
          { ...fixture('leaking-server.ts', mode, '--api-key', secrets.argument), env: { KEY: secrets.env } },
        ]),
      ),
      http: {
        transport: 'http',
        url: `http://127.0.0.1:${port}/mcp?key=${secrets.query}`,
        headers: { 'X-Key': secrets.header },
      },
    },
  });
});
afterAll(async () => {
  rejecting.closeAllConnections();
  rejecting.close();
  await gateway[Symbol.asyncDispose]();
});

const managed = async (path: string, method = 'GET') => {
  const answer = await fetch(gateway.origin + path, {
    method,
    headers: { 'X-Lmcp-Management-Token': managementToken },
  });
  return answer.text();
};

const leakedIn = (text: string): string[] => forms.filter((form) => text.includes(form));

test('no form of a secret of a server reaches stderr, last_error, the log, the events or the interface', async () => {
  const events = await fetch(`${gateway.origin}/events`, {
    headers: { 'X-Lmcp-Management-Token': managementToken },
  });
  let streamed = '';
  const reading = (async () => {
    for await (const chunk of events.body ?? []) streamed += Buffer.from(chunk as Uint8Array).toString();
  })().catch(() => undefined);
  for (const server of [...modes, 'http']) {
    await rpc(gateway, owner, 'tools/list', {}, { path: `/mcp/${server}` });
    await callTool(gateway, owner, `${server}__told`);
    await managed(`/management/servers/${server}/test`, 'POST');
  }
  expect(heard).toContain(secrets.header);
  const sinks: Record<string, string> = {
    status: await managed('/status?limit=500'),
    servers: await managed('/management/servers'),
    audit: JSON.stringify(await gateway.audit()),
  };
  for (const server of [...modes, 'http']) {
    sinks[server] = await managed(`/management/servers/${server}`);
    sinks[`${server} test`] = await managed(`/management/servers/${server}/test`, 'POST');
  }
  await until('the events are read', () => streamed.includes('"server_id":"http"'));
  sinks['events'] = streamed;
  sinks['stderr'] = gateway.output;
  for (const [sink, text] of Object.entries(sinks)) {
    expect(text.length, sink).toBeGreaterThan(20);
    expect(leakedIn(text), sink).toEqual([]);
    // What was taken out is in JSON there.
    expect(leakedIn(text.replaceAll('\\\\', '\\').replaceAll('\\"', '"')), sink).toEqual([]);
  }
  expect(await folderHolds(`${gateway.folder}/logs`, forms)).toBe(false);
  expect(sinks['status']).toContain('•••');
  expect(sinks['stderr']).toContain('cannot sign in with');
  await gateway.stop();
  await reading;
});
