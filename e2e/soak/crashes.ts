import { join } from 'node:path';
import { crashCampaign } from '../harness/crashes.ts';
import { TestGateway } from '../harness/gateway.ts';
import { fixture } from '../harness/servers.ts';

/**
 * SIGKILL under load, so many times, on one log.
 * @returns the promises that were broken, in words
 */
export async function crashes(rounds: number, say: (text: string) => void): Promise<string[]> {
  const caller = { id: 'tester', token: 'token-of-tester-0123456789' };
  await using gateway = await TestGateway.prepare({});
  const recordFile = join(gateway.folder, 'received');
  await gateway.writeRegistry({
    // Small segments: the log changes over to a new one under the load, and is killed there too.
    lmcp: { audit_rotate_mib: 1 },
    clients: { tester: { token: caller.token, allow_servers: ['recording'] } },
    servers: { recording: fixture('recording-server.ts', recordFile) },
  });
  const { acknowledged, unrecorded, undecided } = await crashCampaign(gateway, caller, rounds, recordFile);
  say(`${rounds} times SIGKILL, ${acknowledged} calls answered`);
  const verified = await gateway.cli('audit', 'verify');
  return [
    ...(acknowledged > rounds || rounds === 0
      ? []
      : [`${acknowledged} answers in ${rounds} rounds are no load`]),
    ...(unrecorded.length > 0 ? [`${unrecorded.length} answered calls are not on record`] : []),
    ...(undecided.length > 0 ? [`${undecided.length} forwarded calls were not decided on record`] : []),
    ...(verified.code === 0
      ? []
      : [`the log does not verify after the crashes: ${verified.stdout}${verified.stderr}`]),
  ];
}
