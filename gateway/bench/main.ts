import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOptions, usage, type BenchOptions } from './arguments.ts';
import { engineAnswers } from './containers/echoImage.ts';
import { measureContainers, type ContainerFigures } from './containers/measureContainers.ts';
import type { Setting } from './contenders/contender.ts';
import { direct } from './contenders/direct.ts';
import { lmcp, lmcpUnaudited } from './contenders/lmcp.ts';
import { mcpProxy, supergateway } from './contenders/peers.ts';
import { busyWarning, describeMachine, thisMachine, type Machine } from './machine.ts';
import { measureContenders } from './measureContenders.ts';
import { containerRatios, renderContainers } from './report/containers.ts';
import { ratiosOf } from './report/ratios.ts';
import type { Row } from './report/summary.ts';
import { renderRatios, renderTable } from './report/table.ts';
import { fullPlan, quickPlan, type Plan } from './rounds.ts';

const contenders = [direct, lmcp, lmcpUnaudited, mcpProxy, supergateway];
const echoServer = fileURLToPath(new URL('echoServer.ts', import.meta.url));

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Aborts on the first request to stop; the contenders are then ended before this process is. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => controller.abort(new Error(`stopped by ${name}`)));
  }
  return controller.signal;
}

async function run(options: BenchOptions, signal: AbortSignal): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error('CPU and memory are read from /proc, which only Linux has.');
  const plan = options.quick ? quickPlan : fullPlan;
  const machine = thisMachine();
  const warning = busyWarning(machine);
  if (warning !== undefined) say(warning);
  const runFolder = await mkdtemp(join(options.folder, 'run-'));
  try {
    const peersFolder = join(options.folder, 'peers');
    const setting: Setting = { server: [process.execPath, echoServer], peersFolder, runFolder };
    const rows = options.containers
      ? []
      : await measureContenders(contenders, plan, setting, { say, signal });
    const containers = await measureWhereAnEngineIs(options, plan, setting, signal);
    console.log(
      options.json ? asJson({ machine, plan, rows, containers }) : asText({ machine, rows, containers }),
    );
  } finally {
    await rm(runFolder, { recursive: true, force: true });
  }
}

async function measureWhereAnEngineIs(
  { containers }: BenchOptions,
  plan: Plan,
  setting: Setting,
  signal: AbortSignal,
): Promise<ContainerFigures | null> {
  if (await engineAnswers()) return measureContainers(plan, setting, { say, signal });
  const message = 'no container engine answers (docker version): containers can’t be measured';
  if (containers) throw new Error(message);
  say(`Left out: ${message}.`);
  return null;
}

interface Measured {
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly containers: ContainerFigures | null;
}

function asJson({ machine, plan, rows, containers }: Measured & { readonly plan: Plan }): string {
  const beside = containers && { ...containers, ratios: containerRatios(containers) };
  const at = new Date().toISOString();
  return JSON.stringify({ at, machine, plan, rows, ratios: ratiosOf(rows), containers: beside }, null, 2);
}

function asText({ machine, rows, containers }: Measured): string {
  const besideOthers = rows.length === 0 ? [] : [renderTable(rows), renderRatios(ratiosOf(rows))];
  const inContainers = containers === null ? [] : [renderContainers(containers)];
  return [describeMachine(machine), ...besideOthers, ...inContainers].join('\n\n');
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) console.log(usage);
  else await run(options, stopSignal());
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
