import { expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { childrenOf } from '../harness/processes/processes.ts';
import { callerNamed, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const tester = callerNamed('tester');
const registry = (enabled: boolean): Parameters<TestGateway['writeRegistry']>[0] => ({
  clients: { tester: { token: tester.token, allow_servers: ['plain', 'other'] } },
  servers: { plain: { ...fixture('plain-server.ts'), enabled }, other: fixture('plain-server.ts') },
});

test('a disabled server is ended, left out of lists and denied by name; enabled again, it serves as before', async () => {
  await using gateway = await TestGateway.start(registry(true));
  const tools = async (): Promise<string[]> => {
    const { body } = await rpc(gateway, tester, 'tools/list');
    return (body.result?.['tools'] as { name: string }[]).map(({ name }) => name.split('__')[0] ?? '');
  };
  const call = async () =>
    (await rpc(gateway, tester, 'tools/call', { name: 'plain__pid', arguments: {} })).body.error;
  expect(new Set(await tools())).toEqual(new Set(['plain', 'other']));
  expect(await call()).toBeUndefined();
  const running = childrenOf(gateway.process?.pid).length;

  await gateway.writeRegistry(registry(false));
  await until('lists leave the server out', async () => !(await tools()).includes('plain'));
  expect(new Set(await tools())).toEqual(new Set(['other']));
  await until('it is ended', () => childrenOf(gateway.process?.pid).length < running);
  expect(await call()).toMatchObject({
    code: -32003,
    message: expect.stringContaining('is disabled') as string,
  });
  const denied = (await gateway.audit()).filter(({ reason }) => reason === 'server_disabled');
  expect(denied).toMatchObject([{ event: 'server_auth', server_id: 'plain', allowed: false }]);

  await gateway.writeRegistry(registry(true));
  await until('lists have the server again', async () => (await tools()).includes('plain'));
  expect(await call()).toBeUndefined();
});
