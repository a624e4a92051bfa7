import type { Setting } from '../contenders/contender.ts';
import { launch } from '../contenders/launch.ts';
import { clientId, prepareLmcp, serve } from '../contenders/lmcp.ts';
import type { Target } from '../load/job.ts';
import { runJob } from '../load/runJob.ts';
import { rssSum, usageOf } from '../processes/usage.ts';
import { jobOf, orderOf, pairedPlan, type Plan, type Run } from '../rounds.ts';

/** One round: the same calls over HTTP and through the bridge, one connection. */
export interface BridgeSample {
  readonly directP50Ms: number;
  readonly p50Ms: number;
  /** Of the bridge, right after the calls. */
  readonly rssMib: number;
}

/** @param command the package's `lmcp` */
export async function measureBridge(
  command: string,
  plan: Plan,
  setting: Setting,
  { say, signal }: Run,
): Promise<BridgeSample[]> {
  const [program, ...args] = setting.server;
  const gateway = await prepareLmcp(setting, 'package-bridge', {
    servers: { echo: { command: program, args } },
    nodeArgs: (registryPath) => [command, ...serve(registryPath)],
  });
  await using running = await launch(gateway, setting);
  const { registryPath, target } = gateway;
  const bridge = ['stdio', '--client', clientId, '--registry', registryPath];
  const argv = [process.execPath, command, ...bridge] as const;
  const through: Target = { kind: 'stdio', argv, tool: target.tool };
  const { rounds, ...paired } = pairedPlan(plan);
  const samples: BridgeSample[] = [];
  for (let round = 0; round < rounds; round += 1) {
    say(`Bridge, round ${round + 1} of ${rounds} …`);
    const p50 = new Map<Target, number>();
    let rss = 0;
    for (const one of orderOf<Target>([running.target, through], round)) {
      const end = (): void => {
        if (one === through) rss = rssSum(usageOf(process.pid, (own) => own.join('\0') === argv.join('\0')));
      };
      const job = jobOf({ ...paired, rounds }, one, 1);
      p50.set(one, (await runJob(job, { start: () => undefined, end }, signal)).p50Ms);
    }
    const sample = { directP50Ms: p50.get(running.target) ?? NaN, p50Ms: p50.get(through) ?? NaN };
    samples.push({ ...sample, rssMib: rss / 1024 ** 2 });
  }
  return samples;
}
