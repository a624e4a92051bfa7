import type { Contender, RunningContender, Setting } from './contenders/contender.ts';
import { runJob } from './load/runJob.ts';
import type { LoadResult } from './load/job.ts';
import { cpuBetween, rssSum, type ProcessUsage } from './processes/usage.ts';
import { summarize, type Row, type Sample } from './report/summary.ts';
import { jobOf, orderOf, type Plan, type Run } from './rounds.ts';

type Usage = ReadonlyMap<number, ProcessUsage> | null;

interface Entry {
  readonly contender: Contender;
  readonly running: RunningContender;
  /** By number of connections. */
  readonly samples: Map<number, Sample[]>;
}

/**
 * Starts every contender, keeps all of them warm, and gives each in turn the same load, round by round; ends them all,
 * also when something fails. Rows by number of connections, contenders in the order given.
 */
export async function measureContenders(
  contenders: readonly Contender[],
  plan: Plan,
  setting: Setting,
  { say, signal }: Run,
): Promise<Row[]> {
  await using stack = new AsyncDisposableStack();
  const entries: Entry[] = [];
  for (const contender of contenders) {
    signal.throwIfAborted();
    say(`Starting ${contender.name} …`);
    entries.push({ contender, running: stack.use(await contender.start(setting)), samples: new Map() });
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const connections of plan.connections) {
      say(`Round ${round + 1} of ${plan.rounds}, ${connections} connection${connections === 1 ? '' : 's'} …`);
      for (const entry of orderOf(entries, round)) await addSample(entry, plan, connections, signal);
    }
  }
  return plan.connections.flatMap((connections) =>
    entries.map(({ contender, samples }) =>
      summarize(contender, connections, samples.get(connections) ?? []),
    ),
  );
}

async function addSample(
  { contender, running, samples }: Entry,
  plan: Plan,
  connections: number,
  signal: AbortSignal,
): Promise<void> {
  let before: Usage = null;
  let after: Usage = null;
  try {
    const marks = { start: () => (before = running.usage()), end: () => (after = running.usage()) };
    const result = await runJob(jobOf(plan, running.target, connections), marks, signal);
    samples.set(connections, [...(samples.get(connections) ?? []), sampleOf(result, before, after)]);
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`${contender.name}, ${connections} connections: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function sampleOf(result: LoadResult, before: Usage, after: Usage): Sample {
  return {
    calls: result.calls,
    callsPerSecond: (result.calls * 1000) / result.elapsedMs,
    cpuMsPerCall: before === null || after === null ? null : cpuBetween(before, after) / result.calls,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    rssMib: after === null ? null : rssSum(after) / 1024 / 1024,
    generatorLoad: result.generatorCpuMs / result.elapsedMs,
  };
}
