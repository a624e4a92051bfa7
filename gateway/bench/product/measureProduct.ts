import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Setting } from '../contenders/contender.ts';
import { launch } from '../contenders/launch.ts';
import { prepareLmcp, serve } from '../contenders/lmcp.ts';
import { rssSum } from '../processes/usage.ts';
import { median } from '../report/statistics.ts';
import { least, type Figure } from '../report/summary.ts';
import type { Plan, Run } from '../rounds.ts';
import { measureBridge, type BridgeSample } from './measureBridge.ts';

const buildProgram = fileURLToPath(new URL('../../package/main.mjs', import.meta.url));

interface StartSample {
  /** From starting the command to the first answer of `/health`. */
  readonly startMs: number;
  readonly idleRssMib: number;
}

/** The npm package, as a person installs it. */
export interface ProductFigures {
  readonly startMs: Figure;
  readonly idleRssMib: Figure;
  readonly bridgeRssMib: Figure;
  /** What `lmcp stdio` adds to the p50 of a call over HTTP, round by round; the median. */
  readonly bridgeAddedP50Ms: number;
  readonly starts: readonly StartSample[];
  readonly bridge: readonly BridgeSample[];
}

/** What the package costs before anybody calls, and what its bridge for applications on stdio adds. */
export async function measureProduct(plan: Plan, setting: Setting, run: Run): Promise<ProductFigures> {
  run.say('Building the package …');
  const folder = join(setting.runFolder, 'package');
  await promisify(execFile)(process.execPath, [buildProgram, folder]);
  const command = join(folder, 'bin/lmcp.mjs');
  const starts = await measureStarts(command, plan, setting, run);
  const bridge = await measureBridge(command, plan, setting, run);
  return {
    startMs: least(starts.map(({ startMs }) => startMs)),
    idleRssMib: least(starts.map(({ idleRssMib }) => idleRssMib)),
    bridgeRssMib: least(bridge.map(({ rssMib }) => rssMib)),
    bridgeAddedP50Ms: median(bridge.map(({ p50Ms, directP50Ms }) => p50Ms - directP50Ms)),
    starts,
    bridge,
  };
}

async function measureStarts(
  command: string,
  plan: Plan,
  setting: Setting,
  { say, signal }: Run,
): Promise<StartSample[]> {
  const [program, ...args] = setting.server;
  const gateway = await prepareLmcp(setting, 'package-start', {
    servers: { echo: { command: program, args } },
    nodeArgs: (registryPath) => [command, ...serve(registryPath)],
  });
  const samples: StartSample[] = [];
  // The first is not counted: it finds cold caches.
  for (let round = 0; round <= plan.starts; round += 1) {
    signal.throwIfAborted();
    say(round === 0 ? 'Starting the package …' : `Start ${round} of ${plan.starts} of the package …`);
    await using running = await launch({ ...gateway, isReady: isHealthy }, setting);
    await sleep(plan.idleMs);
    const usage = running.usage() ?? new Map();
    if (round > 0) samples.push({ startMs: running.readyMs, idleRssMib: rssSum(usage) / 1024 ** 2 });
  }
  return samples;
}

function isHealthy(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health`).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
}
