import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Status } from '../../gateway/src/api/status.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, rpc } from '../harness/rpc.ts';
import { mountSmallDisk } from '../harness/smallDisk.ts';

const MiB = 1024 ** 2;
const tester = callerNamed('tester');

it('warns on /health, /status and the command line from 90 per cent of the disk on, and still works', async () => {
  await using gateway = await TestGateway.prepare({
    clients: { [tester.id]: { token: tester.token, allow_servers: [] } },
  });
  const logs = join(gateway.folder, 'logs');
  // Full is below 16 MiB; 90 per cent leave 20 MiB.
  using _disk = mountSmallDisk(logs, 200);
  try {
    await gateway.run();
    const warnings = async () => {
      const health = await fetch(`${gateway.origin}/health`);
      const status = (await (await fetch(`${gateway.origin}/status`)).json()) as { status: Status };
      const { stdout } = await gateway.cli('status');
      return {
        health: [health.status, ((await health.json()) as { warning?: string }).warning],
        status: status.status.audit.warning,
        isOnCommandLine: /its disk is 9\d % full/.test(stdout),
      };
    };
    const nearlyFull = 'disk_nearly_full';
    const none = { health: [200, undefined], status: undefined, isOnCommandLine: false };
    expect(await warnings()).toEqual(none);

    const filler = join(logs, 'filler');
    // With the reserve of 8 MiB that the gateway keeps there.
    await writeFile(filler, Buffer.alloc(174 * MiB));
    const all = { health: [200, nearlyFull], status: nearlyFull, isOnCommandLine: true };
    await expect.poll(warnings).toEqual(all);
    expect((await rpc(gateway, tester, 'ping')).body.error).toBeUndefined();

    await rm(filler);
    await expect.poll(warnings).toEqual(none);
  } finally {
    await gateway.stop();
  }
});
