import { join } from 'node:path';
import { auditLines } from '../auditLog.ts';
import type { CommandResult } from '../commandLine.ts';
import { sleep, TestGateway, until } from '../gateway.ts';
import { recorded } from '../recording/recorded.ts';
import { callerNamed, rpc } from '../rpc.ts';
import { fixture } from '../servers.ts';

/** What a campaign of crashes found to be wrong; all empty when the gateway keeps its promises. */
export interface Campaign {
  readonly acknowledged: number;
  /** Answered to the client and not logged. */
  readonly unrecorded: readonly string[];
  /** Reached the server and have no logged decision. */
  readonly undecided: readonly string[];
  /** `lmcp audit verify` afterwards. */
  readonly verified: CommandResult;
}

const caller = callerNamed('tester');

/** Kills a gateway under load, round after round, on one log. */
export async function crashCampaign(rounds: number): Promise<Campaign> {
  await using gateway = await TestGateway.prepare({});
  const recordFile = join(gateway.folder, 'received');
  await gateway.writeRegistry({
    // Small segments: the log changes over to a new one under the load, and is killed there too.
    lmcp: { audit_rotate_mib: 1 },
    clients: { tester: { token: caller.token, allow_servers: ['recording'] } },
    servers: { recording: fixture('recording-server.ts', recordFile) },
  });
  const acknowledged = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    await gateway.run();
    const before = acknowledged.size;
    let running = true;
    const workers = Array.from({ length: 16 }, async (_, worker) => {
      for (let i = 0; running; i++) {
        const request = `${round}.${worker}.${i}`;
        const params = { name: 'recording__echo', arguments: { request } };
        const headers = { 'X-Request-Id': request };
        const answer = await rpc(gateway, caller, 'tools/call', params, { headers }).catch(() => undefined);
        if (answer?.body.result !== undefined) acknowledged.add(request);
        if (answer === undefined) break;
      }
    });
    // Most rounds under full load, some while everything is only starting.
    if (round % 4 !== 3) await until('calls are answered', () => acknowledged.size > before);
    await sleep((round * 37) % 400);
    await gateway.stop('SIGKILL');
    running = false;
    await Promise.all(workers);
  }
  await gateway.run();
  await gateway.stop();
  const [decisions, results] = [new Set<string | null>(), new Set<string | null>()];
  for await (const { event, request_id } of auditLines(gateway.auditPath)) {
    if (event === 'tool_authz') decisions.add(request_id);
    if (event === 'tool_result') results.add(request_id);
  }
  const forwarded = (await recorded(recordFile)).map((line) => requestOf(line));
  return {
    acknowledged: acknowledged.size,
    unrecorded: [...acknowledged].filter((request) => !results.has(request) || !decisions.has(request)),
    undecided: forwarded.filter((request) => !decisions.has(request)),
    verified: await gateway.cli('audit', 'verify'),
  };
}

function requestOf(line: string): string {
  const { params } = JSON.parse(line) as { params: { arguments: { request: string } } };
  return params.arguments.request;
}
