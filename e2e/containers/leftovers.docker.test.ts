import { expect, it } from 'vitest';
import { atScale } from '../harness/atScale.ts';
import {
  fixtureServer,
  containersOf,
  fixtureImage,
  realEngine,
  testInstance,
} from '../harness/docker/containers.ts';
import { sleep, TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';

const { docker } = realEngine();
const caller = callerNamed('tester');
const registry = {
  clients: { tester: { token: caller.token, allow_servers: ['image', 'run'] } },
  servers: {
    image: fixtureServer,
    run: {
      transport: 'stdio',
      command: 'docker',
      args: ['run', '-i', '--rm', '-e', 'GREETING', '--pull=never', fixtureImage],
      env: { GREETING: 'hello' },
    },
  },
};

const start = (installation: string): Promise<TestGateway> =>
  TestGateway.start(registry, { LMCP_INSTALLATION: installation });

function textOf(answer: { body: { result?: Record<string, unknown> } }): string {
  return (answer.body.result?.['content'] as { text: string }[] | undefined)?.[0]?.text ?? '';
}

it('runs both ways of writing a container, each with its own variables', async () => {
  const name = testInstance();
  await using gateway = await start(name);
  expect(textOf(await callTool(gateway, caller, 'image__echo', { text: 'one' }))).toBe('one');
  expect(JSON.parse(textOf(await callTool(gateway, caller, 'run__env')))).toMatchObject({
    GREETING: 'hello',
  });
  expect(await containersOf(name)).toHaveLength(2);
  expect(await gateway.stop()).toBe(0);
  expect(await containersOf(name)).toEqual([]);
});

it('removes a container that the engine was still making when its gateway was killed, once it is there', async () => {
  const name = testInstance();
  await using gateway = await start(name);
  await callTool(gateway, caller, 'image__echo', { text: 'x' });
  const own = (await containersOf(name)).map(({ Id: id }) => id);
  const late = await docker.createContainer({
    name: `lmcp-${name}-image-0123456789abcdef`,
    Image: fixtureImage,
    Labels: { 'lmcp.instance': name, 'lmcp.server': 'image' },
  });
  const isThere = async (): Promise<boolean> =>
    (await containersOf(name)).some(({ Id: id }) => id === late.id);
  try {
    expect(await isThere()).toBe(true);
    await until('it is removed', async () => !(await isThere()), 60_000);
  } finally {
    await late.remove({ force: true }).catch(() => undefined);
  }
  expect((await containersOf(name)).map(({ Id: id }) => id)).toEqual(own);
  expect(textOf(await callTool(gateway, caller, 'image__count'))).toBe('1');
});

it('leaves no container after SIGKILL under load and the next start, and keeps those of another installation', async () => {
  const name = testInstance();
  const neighbourName = testInstance();
  await using neighbour = await start(neighbourName);
  await callTool(neighbour, caller, 'image__echo', { text: 'x' });
  const neighbours = (await containersOf(neighbourName)).map(({ Id: id }) => id);
  await using gateway = await start(name);
  const rounds = atScale(5, 20);
  for (let round = 0; round < rounds; round++) {
    // From the second the start of a container is under way to the middle of calls.
    const load = Array.from({ length: 8 }, (_, i) =>
      callTool(gateway, caller, i % 2 ? 'image__echo' : 'run__echo', { text: 'x' }).catch(() => undefined),
    );
    await sleep((round * 800) / rounds);
    await gateway.stop('SIGKILL');
    await Promise.all(load);
    await gateway.run({ LMCP_INSTALLATION: name });
    await until('the leftovers are gone', async () => (await containersOf(name)).length === 0, 60_000);
  }
  expect(textOf(await callTool(gateway, caller, 'image__echo', { text: 'alive' }))).toBe('alive');
  expect((await containersOf(neighbourName)).map(({ Id: id }) => id)).toEqual(neighbours);
  expect(textOf(await callTool(neighbour, caller, 'image__count'))).toBe('1');
}, 240_000);
