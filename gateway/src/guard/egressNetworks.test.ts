import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { ByteBudget } from './byteBudget.ts';
import { joinEgressNetwork } from './egressNetworks.ts';
import { EngineSide } from './engine/engineSide.ts';

const inhibited = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };

/** An engine that has this network or none, and records what it is sent. */
async function engineWith(network?: object): Promise<{ engine: EngineSide; sent: [string, unknown][] }> {
  const sent: [string, unknown][] = [];
  const server = http.createServer((request, response) => {
    void (async () => {
      const path = (request.url ?? '').replace(/^\/v1\.\d+/, '');
      const body = await text(request);
      if (request.method === 'POST') sent.push([path, JSON.parse(body)]);
      const answer = path === '/version' ? { ApiVersion: '1.45' } : request.method === 'GET' ? network : {};
      response.writeHead(answer === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(answer ?? { message: 'no such network' }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { engine: new EngineSide({ host: '127.0.0.1', port }, new ByteBudget(1_000_000)), sent };
}

test('makes a network without a way out, and without an address of the host on it', async () => {
  const { engine, sent } = await engineWith();
  await joinEgressNetwork(engine, 'lmcp-egress-home.fetch', 'proxy');
  expect(sent).toEqual([
    [
      '/networks/create',
      { Name: 'lmcp-egress-home.fetch', Driver: 'bridge', Internal: true, Options: inhibited },
    ],
    [
      '/networks/lmcp-egress-home.fetch/connect',
      { Container: 'proxy', EndpointConfig: { Aliases: ['egress'] } },
    ],
  ]);
});

test('joins one that is there and closed', async () => {
  const { engine, sent } = await engineWith({ Internal: true, Options: inhibited });
  await joinEgressNetwork(engine, 'lmcp-egress-home.fetch', 'proxy');
  expect(sent.map(([path]) => path)).toEqual(['/networks/lmcp-egress-home.fetch/connect']);
});

test.each([
  { Internal: false, Options: inhibited },
  { Internal: true, Options: {} },
  { Internal: true, Options: null },
  { Internal: true, Options: { 'com.docker.network.bridge.inhibit_ipv4': 'false' } },
])('denies a network with a way out: %j', async (network) => {
  const { engine, sent } = await engineWith(network);
  await expect(joinEgressNetwork(engine, 'lmcp-egress-home.fetch', 'proxy')).rejects.toThrow(
    'the network lmcp-egress-home.fetch has a way out: remove it',
  );
  expect(sent).toEqual([]);
});
