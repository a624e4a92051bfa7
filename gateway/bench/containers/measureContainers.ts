import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerRuntime } from '../../src/upstream/container/docker/dockerRuntime.ts';
import { DockerEngine } from '../../src/upstream/container/docker/engine/dockerEngine.ts';
import { engineAddress } from '../../src/upstream/container/docker/engine/engineAddress.ts';
import { openContainer } from '../../src/upstream/container/openContainer.ts';
import type { Setting } from '../contenders/contender.ts';
import { lmcp, lmcpContainer } from '../contenders/lmcp.ts';
import { measureContenders } from '../measureContenders.ts';
import { median } from '../report/statistics.ts';
import type { Row } from '../report/summary.ts';
import { orderOf, pairedPlan, type Plan, type Run } from '../rounds.ts';
import { measureAfterKill } from './afterKill.ts';
import { buildEchoImage } from './echoImage.ts';
import { dockerRun, gatewayOpener, type Starter } from './firstReply.ts';

/** How long one way of starting took, in milliseconds. */
export interface StartRow {
  readonly name: string;
  readonly medianMs: number;
  readonly bestMs: number;
}

export interface ContainerFigures {
  /** Warm calls: the same gateway before a process and before a container. */
  readonly rows: readonly Row[];
  readonly starts: readonly StartRow[];
  /** Milliseconds of the first call after its container was killed. */
  readonly afterKill: readonly number[];
}

/** The engine clears up for a moment after a container is gone; the next start should not find it at that. */
const settleMs = 250;

/** What a container costs beside a process, and a start through LMCP beside one through Docker's own client. */
export async function measureContainers(plan: Plan, setting: Setting, run: Run): Promise<ContainerFigures> {
  run.say('Building the echo server’s image …');
  await buildEchoImage();
  const rows = await measureContenders([lmcp, lmcpContainer], pairedPlan(plan), setting, run);
  const afterKill = await measureAfterKill(plan.starts, setting, run);
  return { rows, starts: await measureStarts(plan.starts, run), afterKill };
}

async function measureStarts(count: number, { say, signal }: Run): Promise<StartRow[]> {
  const starters = allStarters();
  const times = new Map<Starter, number[]>(starters.map((starter) => [starter, []]));
  // The first of each is not counted: it finds cold caches.
  for (let round = 0; round <= count; round += 1) {
    say(round === 0 ? 'Starting containers …' : `Start ${round} of ${count} …`);
    for (const starter of orderOf(starters, round)) {
      signal.throwIfAborted();
      const ms = await starter.start();
      if (round > 0) times.get(starter)?.push(ms);
      await sleep(settleMs);
    }
  }
  return [...times].map(([{ name }, all]) => ({
    name,
    medianMs: median(all),
    bestMs: Math.min(...all),
  }));
}

function allStarters(): Starter[] {
  const address = engineAddress(process.env['DOCKER_HOST']);
  if (!('value' in address)) throw new Error(`${address.message}: ${address.fix}`);
  const instance = `bench-${randomBytes(6).toString('hex')}`;
  const open = openContainer(new DockerRuntime(new DockerEngine(address.value), instance), {
    instance,
    mounts: { realpath, forbidden: [] },
  });
  const confined = ['--init', '--read-only', '--tmpfs=/tmp', '--network=none', '--cap-drop=ALL'];
  return [
    gatewayOpener(open),
    dockerRun('docker run -i', []),
    dockerRun('docker run -i, confined', [
      ...confined,
      '--security-opt=no-new-privileges',
      '--memory=512m',
      '--pids-limit=256',
    ]),
  ];
}
