import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningContender, Setting } from '../contenders/contender.ts';
import { launch } from '../contenders/launch.ts';
import { prepareLmcp, type PreparedLmcp } from '../contenders/lmcp.ts';
import { runJob } from '../load/runJob.ts';
import { median, percentile } from '../report/statistics.ts';
import { least, type Figure } from '../report/summary.ts';
import { jobOf, type Plan, type Run } from '../rounds.ts';
import { Lister, type Listed } from './lister.ts';
import type { ListTimer } from './listTimer.ts';
import { scenarios, serversOf, type Scenario } from './scenarios.ts';

/** How many connections call while lists are read. */
const callers = 16;
/** How long a server may take to start, in milliseconds. */
const patienceMs = 120_000;
const pollMs = 50;

/** What one round gave. */
interface ListSample {
  /** From the first connection to a gateway that knows nothing, to the list with all tools. */
  readonly firstEverMs: number;
  /** From the first connection after a restart to its list. */
  readonly afterRestartMs: number;
  /** The gateway, its helpers and its servers, after that list. */
  readonly processes: number;
  readonly warmP50Ms: number;
  readonly warmP99Ms: number;
  readonly duringCallsP99Ms: number;
  readonly bytes: number;
}

export interface ListRow extends Pick<Scenario, 'name' | 'servers'> {
  readonly tools: number;
  readonly bytes: number;
  readonly processes: number;
  readonly firstEverMs: Figure;
  readonly afterRestartMs: Figure;
  readonly warmP50Ms: Figure;
  readonly warmP99Ms: Figure;
  readonly duringCallsP99Ms: Figure;
  readonly samples: readonly ListSample[];
}

/** What `tools/list` of `/mcp` costs with many servers: from nothing, remembered after a restart, warm, and while calls run. */
export async function measureLists(plan: Plan, setting: Setting, run: Run): Promise<ListRow[]> {
  const rows: ListRow[] = [];
  for (const scenario of scenarios) rows.push(await measureScenario(scenario, plan, setting, run));
  return rows;
}

async function measureScenario(
  scenario: Scenario,
  plan: Plan,
  setting: Setting,
  { say, signal }: Run,
): Promise<ListRow> {
  const samples: ListSample[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    signal.throwIfAborted();
    say(`Lists of ${scenario.name}, round ${round + 1} of ${plan.rounds} …`);
    samples.push(await sampleOf(scenario, round, plan, setting, signal));
  }
  const figure = (of: (sample: ListSample) => number): Figure => least(samples.map(of));
  return {
    name: scenario.name,
    servers: scenario.servers,
    tools: toolsOf(scenario),
    bytes: median(samples.map(({ bytes }) => bytes)),
    processes: Math.max(...samples.map(({ processes }) => processes)),
    firstEverMs: figure(({ firstEverMs }) => firstEverMs),
    afterRestartMs: figure(({ afterRestartMs }) => afterRestartMs),
    warmP50Ms: figure(({ warmP50Ms }) => warmP50Ms),
    warmP99Ms: figure(({ warmP99Ms }) => warmP99Ms),
    duringCallsP99Ms: figure(({ duringCallsP99Ms }) => duringCallsP99Ms),
    samples,
  };
}

async function sampleOf(
  scenario: Scenario,
  round: number,
  plan: Plan,
  setting: Setting,
  signal: AbortSignal,
): Promise<ListSample> {
  const servers = serversOf(scenario, setting);
  const folder = `lists-${scenario.servers}-${round + 1}`;
  const gateway = await prepareLmcp(setting, folder, { servers });
  // Its own processes are counted with those of its servers.
  const counted = { ...setting, server: ['none'] as const };
  const firstEverMs = await firstWholeList(gateway, counted, toolsOf(scenario), signal);
  await using restarted = await launch(gateway, counted);
  const began = performance.now();
  const lister = await Lister.open(gateway.target);
  const first = await lister.list();
  const afterRestartMs = performance.now() - began;
  requireWhole(first, scenario);
  const processes = restarted.usage()?.size ?? 0;
  const timer = await lister.timer();
  await timesOf(timer, plan.lists / 3);
  const warm = await timesOf(timer, plan.lists);
  const duringCalls = await listDuringCalls(timer, restarted, plan, signal);
  timer.close();
  await lister.close();
  return {
    firstEverMs,
    afterRestartMs,
    processes,
    warmP50Ms: percentile(warm, 0.5),
    warmP99Ms: percentile(warm, 0.99),
    duringCallsP99Ms: percentile(duringCalls, 0.99),
    bytes: first.bytes,
  };
}

async function firstWholeList(
  gateway: PreparedLmcp,
  setting: Setting,
  tools: number,
  signal: AbortSignal,
): Promise<number> {
  await using _ = await launch(gateway, setting);
  const began = performance.now();
  const lister = await Lister.open(gateway.target);
  for (;;) {
    signal.throwIfAborted();
    const listed = await lister.list();
    const ms = performance.now() - began;
    if (listed.tools === tools) return ms;
    if (ms > patienceMs)
      throw new Error(`after ${patienceMs / 1000} s the list held ${listed.tools} of ${tools} tools`);
    await sleep(pollMs);
  }
}

function requireWhole({ tools }: Listed, scenario: Scenario): void {
  if (tools !== toolsOf(scenario))
    throw new Error(`after a restart the list held ${tools} of ${toolsOf(scenario)} tools`);
}

/** Ascending milliseconds of a number of lists, one after the other. */
async function timesOf(timer: ListTimer, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) times.push(await timer.time());
  return times.sort((a, b) => a - b);
}

/** Ascending milliseconds of the lists that one client reads while others call. */
async function listDuringCalls(
  timer: ListTimer,
  { target }: RunningContender,
  plan: Plan,
  signal: AbortSignal,
): Promise<number[]> {
  const times: number[] = [];
  let lists: Promise<void> = Promise.resolve();
  let isCalling = false;
  const listOn = async (): Promise<void> => {
    while (isCalling) times.push(await timer.time());
  };
  const marks = {
    start: () => {
      isCalling = true;
      lists = listOn();
    },
    end: () => void (isCalling = false),
  };
  try {
    await runJob(jobOf(plan, target, callers), marks, signal);
  } finally {
    isCalling = false;
  }
  await lists;
  return times.sort((a, b) => a - b);
}

function toolsOf({ servers, toolsEach }: Scenario): number {
  return servers * toolsEach;
}
