import { expect, it } from 'vitest';
import type { Status } from '../../gateway/src/api/status.ts';
import { containersOf, fixtureServer, realEngine, testInstance } from '../harness/docker/containers.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';

const { docker } = realEngine();
const caller = callerNamed('tester');

it('a killed container fails the call that it was sent, and no other: the next goes to a new one immediately', async () => {
  const name = testInstance();
  await using gateway = await TestGateway.start(
    {
      clients: { tester: { token: caller.token, allow_servers: ['image'] } },
      servers: { image: fixtureServer },
    },
    { LMCP_INSTALLATION: name },
  );
  const events = async (wanted: string): Promise<unknown[]> =>
    (await gateway.audit()).filter(({ event }) => event === wanted).map(({ detail }) => detail?.['outcome']);
  const count = async (): Promise<unknown> => {
    const { body } = await callTool(gateway, caller, 'image__count');
    return (body.result?.['content'] as { text: string }[] | undefined)?.[0]?.text;
  };
  expect(await count()).toBe('1');
  const underWay = callTool(gateway, caller, 'image__wait');
  await expect.poll(() => events('tool_authz')).toHaveLength(2);
  // The server took it before it answered what came after it.
  expect(await count()).toBe('3');

  const [first] = await containersOf(name);
  await docker.getContainer(first!.Id).kill();
  // Whether memory was the cause is found out meanwhile.
  expect(await count()).toBe('1');
  expect((await underWay).body.error).toMatchObject({
    code: -32010,
    message: 'Server "image" ended with exit code 137.',
  });
  await expect.poll(() => events('server_exit')).toHaveLength(1);
  expect(await count()).toBe('2');
  expect(await events('server_start')).toHaveLength(2);
  const outcomes = await events('tool_result');
  expect(outcomes.filter((outcome) => outcome !== 'ok')).toHaveLength(1);
});

it('a container that is killed between calls, again and again, causes neither a failed call nor a back-off', async () => {
  const name = testInstance();
  await using gateway = await TestGateway.start(
    {
      clients: { tester: { token: caller.token, allow_servers: ['image'] } },
      servers: { image: fixtureServer },
    },
    { LMCP_INSTALLATION: name },
  );
  const count = async (): Promise<unknown> => {
    const { body } = await callTool(gateway, caller, 'image__count');
    return (body.result?.['content'] as { text: string }[] | undefined)?.[0]?.text ?? body;
  };
  const state = async (): Promise<unknown> => {
    const { status } = (await (await fetch(`${gateway.origin}/status`)).json()) as { status: Status };
    return status.servers.map((server) => server.state);
  };
  const logged = async (): Promise<Record<string, number>> => {
    const lines = await gateway.audit();
    return Object.fromEntries(
      ['server_start', 'server_exit', 'tool_result'].map((wanted) => [
        wanted,
        lines.filter(({ event }) => event === wanted).length,
      ]),
    );
  };
  const rounds = 3;
  for (let round = 1; round <= rounds; round++) {
    // Each call was forwarded once: the new container counts from the beginning.
    expect([await count(), await count()]).toEqual(['1', '2']);
    const [running] = await containersOf(name);
    await docker.getContainer(running!.Id).kill();
    await expect.poll(logged).toMatchObject({ server_start: round, server_exit: round });
    expect(await state()).toEqual(['idle']);
  }
  expect(await count()).toBe('1');
  expect(await logged()).toEqual({
    server_start: rounds + 1,
    server_exit: rounds,
    tool_result: 2 * rounds + 1,
  });
});
