import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { containersOf, fixtureServer, realEngine, testInstance } from '../harness/docker/containers.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, callTool, rpc } from '../harness/rpc.ts';
import { mountSmallDisk } from '../harness/smallDisk.ts';

const { docker } = realEngine();
const instance = testInstance();
const tester = callerNamed('tester');

/** A file system of 64 MiB at a folder, with a volume of the engine on it. */
async function smallDisk(logs: string, volume: string): Promise<AsyncDisposable> {
  const disk = mountSmallDisk(logs, 64);
  const shared = join(logs, 'shared');
  await mkdir(shared);
  await chmod(shared, 0o777);
  const options = { type: 'none', o: 'bind', device: shared };
  await docker.createVolume({ Name: volume, Driver: 'local', DriverOpts: options });
  return {
    [Symbol.asyncDispose]: async () => {
      await docker.getVolume(volume).remove();
      disk[Symbol.dispose]();
    },
  };
}

it('stops what fills the disk of the log, forwards nothing, logs denials, and goes on once there is room', async () => {
  const volume = `fill-${instance}`;
  await using gateway = await TestGateway.prepare({
    clients: { [tester.id]: { token: tester.token, allow_servers: ['hog', 'calm'] } },
    servers: {
      hog: { ...fixtureServer, mounts: [{ source: volume, target: '/data', read_only: false }] },
      calm: fixtureServer,
      denied: fixtureServer,
    },
  });
  await using _disk = await smallDisk(join(gateway.folder, 'logs'), volume);
  try {
    await gateway.run({ LMCP_INSTALLATION: instance });
    const call = (name: string, args: Record<string, unknown> = {}) => callTool(gateway, tester, name, args);
    expect((await call('calm__count')).body.result).toMatchObject({ content: [{ text: '1' }] });
    const health = async (): Promise<[number, unknown]> => {
      const answer = await fetch(`${gateway.origin}/health`);
      return [answer.status, ((await answer.json()) as { warning?: string }).warning];
    };
    expect(await health()).toEqual([200, undefined]);

    await call('hog__fill', { path: '/data/full', mib: 57 });
    await until('its server is stopped', async () =>
      (await gateway.audit()).some(({ detail }) => detail?.['kind'] === 'disk_limit'),
    );
    await until('the log is kept for denials', async () =>
      (await gateway.audit()).some(({ event }) => event === 'audit_blocked'),
    );
    expect((await call('calm__count')).body.error?.code).toBe(-32012);
    expect((await call('denied__echo')).body.error?.code).toBe(-32003);
    expect(await health()).toEqual([503, 'disk_nearly_full']);
    const running = async (): Promise<(string | undefined)[]> =>
      (await containersOf(instance)).map(({ Labels: labels }) => labels['lmcp.server']);
    await expect.poll(running).toEqual(['calm']);

    await rm(join(gateway.folder, 'logs/shared/full'));
    await until('it goes on', async () => (await rpc(gateway, tester, 'ping')).body.error === undefined);
    expect((await call('calm__count')).body.result).toMatchObject({ content: [{ text: '2' }] });
    const told = (await gateway.audit()).map(({ event, server_id: server }) => `${event} ${server ?? ''}`);
    const order = [
      'server_error hog',
      'audit_blocked ',
      'server_auth denied',
      'audit_resumed ',
      'tool_result calm',
    ];
    expect(told.filter((one) => order.includes(one)).slice(-order.length)).toEqual(order);
    await gateway.stop();
    expect((await gateway.cli('audit', 'verify')).code).toBe(0);
  } finally {
    await gateway.stop();
  }
});
