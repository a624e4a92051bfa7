/**
 * The load generator, a process of its own so that its CPU is nobody else's: takes one job over the IPC channel, opens
 * the callers, warms up, reports `ready`, measures on `go`, and ends on `finish` or when the benchmark is gone.
 */
import type { Caller } from './caller.ts';
import { openCallers } from './caller.ts';
import type { Command, Job, LoadResult, Report } from './job.ts';
import { percentile } from '../report/statistics.ts';

/** Every caller calls, one call at a time each, until the time is over; the latencies in milliseconds. */
async function callFor(callers: readonly Caller[], durationMs: number): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + durationMs;
  const loop = async (caller: Caller): Promise<void> => {
    for (let now = performance.now(); now < end;) {
      const start = now;
      await caller.call();
      now = performance.now();
      latencies.push(now - start);
    }
  };
  await Promise.all(callers.map(loop));
  return latencies;
}

async function measure(callers: readonly Caller[], durationMs: number): Promise<LoadResult> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const latencies = await callFor(callers, durationMs);
  const elapsedMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  return {
    calls: latencies.length,
    elapsedMs,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    generatorCpuMs: (user + system) / 1000,
  };
}

function report(message: Report): void {
  process.send?.(message);
}

/** The next command of this type; the benchmark sends them in order, each after our report. */
function commanded<T extends Command['type']>(type: T): Promise<Extract<Command, { type: T }>> {
  return new Promise((resolve) => {
    const listen = (command: Command): void => {
      if (command.type !== type) return;
      process.off('message', listen);
      resolve(command as Extract<Command, { type: T }>);
    };
    process.on('message', listen);
  });
}

async function run(job: Job): Promise<void> {
  const text = 'x'.repeat(job.payloadBytes);
  const callers = await openCallers(job.target, job.connections, text);
  await callFor(callers, job.warmUpMs);
  report({ type: 'ready' });
  await commanded('go');
  const result = await measure(callers, job.durationMs);
  report({ type: 'measured', result });
  await commanded('finish');
  await Promise.all(callers.map((caller) => caller.close()));
}

process.on('disconnect', () => process.exit());
try {
  await run((await commanded('job')).job);
} catch (error) {
  report({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}
process.disconnect();
