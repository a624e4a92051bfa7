import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crashCampaign } from './harness/crashes.ts';
import { TestGateway } from './harness/gateway.ts';
import { fixture } from './harness/servers.ts';

const caller = { id: 'tester', token: 'token-of-tester-0123456789' };
const rounds = 20;

test(`SIGKILL under load, ${rounds} times: what was answered is on record, what was forwarded was decided`, async () => {
  await using gateway = await TestGateway.prepare({});
  const recordFile = join(gateway.folder, 'received');
  await gateway.writeRegistry({
    // Small segments: the log changes over to a new one under the load, and is killed there too.
    lmcp: { audit_rotate_mib: 1 },
    clients: { tester: { token: caller.token, allow_servers: ['recording'] } },
    servers: { recording: fixture('recording-server.ts', recordFile) },
  });
  const campaign = await crashCampaign(gateway, caller, rounds, recordFile);
  expect(campaign).toEqual({ acknowledged: expect.any(Number) as number, unrecorded: [], undecided: [] });
  expect(campaign.acknowledged).toBeGreaterThan(100);
  const verified = await gateway.cli('audit', 'verify');
  expect([verified.code, verified.stdout]).toEqual([
    0,
    expect.stringContaining('signed up to line') as string,
  ]);
}, 300_000);
