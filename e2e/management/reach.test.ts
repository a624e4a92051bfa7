import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { accessActions } from '../../gateway/src/api/accessActions.ts';
import type { Endpoint } from '../../gateway/src/api/endpoint.ts';
import { endpointGroups } from '../../gateway/src/api/endpoints.ts';
import type { ApplyAnswer } from '../../gateway/src/api/registry.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { fixture } from '../harness/servers.ts';

interface Answer extends ApplyAnswer {
  readonly error?: string;
}

async function gatewayWith(lmcp: object, servers: Record<string, object>): Promise<TestGateway> {
  return TestGateway.start({
    lmcp: { management_token: managementToken, ...lmcp },
    clients: { tester: { token: 'token-of-tester-0123456789', allow_servers: [] } },
    servers,
  });
}

const post = (gateway: TestGateway, path: string, body: unknown = {}) =>
  manage<Answer>(gateway, managementToken, path, { method: 'POST', body });
const apply = (gateway: TestGateway, patch: object) => post(gateway, '/registry/apply', { patch });

test('with the scope access the management token changes access, and neither servers nor settings', async () => {
  await using gateway = await gatewayWith(
    { management_scope: 'access' },
    { plain: fixture('plain-server.ts') },
  );
  const granted = await apply(gateway, { clients: { tester: { allow_servers: ['plain'] } } });
  expect([granted.status, granted.body.applied]).toEqual([200, true]);
  for (const patch of [
    { servers: { evil: { transport: 'stdio', command: '/bin/sh' } } },
    { lmcp: { management_scope: 'full' } },
    { lmcp: { loopback_only: false } },
  ]) {
    const { status, body } = await apply(gateway, patch);
    expect([status, body.error]).toEqual([403, 'management_scope']);
  }
  expect((await post(gateway, '/management/servers/plain/start')).body.error).toBe('management_scope');
  const trial = { patch: { servers: { evil: { transport: 'stdio', command: '/bin/sh' } } } };
  expect((await post(gateway, '/management/servers/evil/trial', trial)).body.error).toBe('management_scope');
  expect((await post(gateway, '/management/servers/plain/test')).status).toBe(200);
  const denied = (await gateway.audit()).filter(({ reason }) => reason === 'management_scope');
  expect(denied.map(({ event, allowed }) => [event, allowed])).toEqual([
    ['config_change', false],
    ['config_change', false],
    ['config_change', false],
    ['management_auth', false],
    ['management_auth', false],
  ]);
});

test('an undo of a server is not part of the scope access', async () => {
  await using gateway = await gatewayWith({}, { plain: fixture('plain-server.ts') });
  const changed = await apply(gateway, { servers: { plain: { idle_stop_s: 5 } } });
  await apply(gateway, { lmcp: { rate_limit_rpm: 5 } });
  const { lmcp, ...rest } = parse(await gateway.registryText()) as { lmcp: object };
  await gateway.writeRegistry({ ...rest, lmcp: { ...lmcp, management_scope: 'access' } });
  await until('the scope is active', async () =>
    (await gateway.audit()).some(({ detail }) => detail?.['source'] === 'file'),
  );
  const undo = `/management/history/${changed.body.history_id ?? ''}/restore`;
  expect((await post(gateway, undo)).body.error).toBe('management_scope');
});

test('a secret header does not follow a server to another origin', async () => {
  const received: (string | undefined)[] = [];
  const stranger = createServer((request, response) => {
    received.push(request.headers.authorization);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const address = stranger.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/mcp`;
  await using gateway = await gatewayWith(
    {},
    {
      paid: {
        transport: 'http',
        url: 'http://127.0.0.1:9/mcp',
        headers: { Authorization: 'Bearer very-secret' },
      },
    },
  );
  const rejected = await apply(gateway, { servers: { paid: { url } } });
  expect([rejected.status, rejected.body.error]).toEqual([409, 'secret_required']);
  await post(gateway, '/management/servers/paid/test');
  expect(received).toEqual([]);
  const entered = await apply(gateway, {
    servers: { paid: { url, headers: { Authorization: 'Bearer other' } } },
  });
  expect(entered.body.applied).toBe(true);
  await post(gateway, '/management/servers/paid/test');
  expect(new Set(received)).toEqual(new Set(['Bearer other']));
  stranger.closeAllConnections();
  stranger.close();
});

test('the scope access names endpoints that exist', () => {
  const known = Object.values(endpointGroups)
    .flatMap(Object.values<Endpoint>)
    .map(({ method, path }) => `${method} ${path}`);
  expect([...accessActions].filter((action) => !known.includes(action))).toEqual([]);
});
