import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manage, managementToken } from '../harness/management.ts';
import { conformanceServer } from '../conformance/directFixture.ts';
import { sleep, TestGateway, until } from '../harness/gateway.ts';
import { childrenOf } from '../harness/processes/processes.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';

const caller = callerNamed('tester');
const uri = 'lmcp:watched/test://watched-resource';

interface Watching extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly client: Client;
  /** Resources that the client was told to have changed, in order. */
  readonly told: string[];
}

/** A client that listens to a resource of a server that may be killed. */
async function watch(scope: 'client' | 'shared'): Promise<Watching> {
  const gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: { tester: { token: caller.token, allow_servers: ['watched'] } },
    servers: {
      watched: {
        transport: 'stdio',
        command: process.execPath,
        args: [conformanceServer, '--era', 'legacy'],
        scope,
      },
    },
  });
  const told: string[] = [];
  const client = new Client({ name: 'watcher', version: '1' });
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }) => void told.push(params.uri),
  );
  const requestInit = { headers: credentialsOf(caller) };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${gateway.origin}/mcp`), { requestInit }));
  await client.subscribeResource({ uri });
  await client.callTool({ name: 'watched__test_touch_resource' });
  await until('the first change is told', () => told.length === 1);
  return {
    gateway,
    client,
    told,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

/** The server's process. */
function serverPid({ process: child }: TestGateway): number {
  const found = childrenOf(child?.pid).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('conformance-server'),
  );
  return found ?? NaN;
}

test.each(['client', 'shared'] as const)(
  'a server of scope %s that dies is started again for who listens to it, and they are told to look again',
  async (scope) => {
    await using watching = await watch(scope);
    const { gateway, client, told } = watching;
    const before = serverPid(gateway);
    process.kill(before, 'SIGKILL');
    await until('what may have been missed is told', () => told.length === 2);
    expect(serverPid(gateway)).not.toBe(before);
    await client.callTool({ name: 'watched__test_touch_resource' });
    await until('the next change is told', () => told.length === 3);
    expect(new Set(told)).toEqual(new Set([uri]));
  },
);

test('a server that was stopped on purpose stays so; with the next call its listeners hear again', async () => {
  await using watching = await watch('client');
  const { gateway, client, told } = watching;
  await manage(gateway, managementToken, '/management/servers/watched/stop', { body: {} });
  await sleep(1_500);
  expect([serverPid(gateway), told.length]).toEqual([NaN, 1]);
  await client.callTool({ name: 'watched__test_touch_resource' });
  await until('it is told', () => told.length >= 2);
});

test('does not resubscribe a client that unsubscribed, nor start a server for it', async () => {
  await using watching = await watch('client');
  const { gateway, client, told } = watching;
  await client.unsubscribeResource({ uri });
  process.kill(serverPid(gateway), 'SIGKILL');
  await sleep(1_500);
  expect(serverPid(gateway)).toBeNaN();
  await until('it can be called again', () =>
    client.callTool({ name: 'watched__test_touch_resource' }).then(
      () => true,
      () => false,
    ),
  );
  await sleep(300);
  expect(told).toEqual([uri]);
});
