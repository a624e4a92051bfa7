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
import { measureLists, type ListRow } from './lists/measureLists.ts';
import { busyWarning, describeMachine, thisMachine, type Machine } from './machine.ts';
import { measureContenders } from './measureContenders.ts';
import { measureProduct, type ProductFigures } from './product/measureProduct.ts';
import { containerRatios, renderContainers } from './report/containers.ts';
import { renderLists } from './report/lists.ts';
import { renderProduct } from './report/product.ts';
import { ratiosOf } from './report/ratios.ts';
import type { Row } from './report/summary.ts';
import { renderRatios, renderTable } from './report/table.ts';
import { fullPlan, quickPlan, type Plan, type Run } from './rounds.ts';

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

async function measure(options: BenchOptions, signal: AbortSignal): Promise<void> {
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
    const { parts, json } = options;
    const run = { say, signal };
    const rows = parts.has('calls') ? await measureContenders(contenders, plan, setting, run) : [];
    const lists = parts.has('lists') ? await measureLists(plan, setting, run) : [];
    const product = parts.has('package') ? await measureProduct(plan, setting, run) : null;
    const containers = parts.has('containers')
      ? await measureWhereAnEngineIs(options, plan, setting, run)
      : null;
    const measured = { machine, rows, lists, package: product, containers };
    console.log(json ? asJson({ ...measured, plan }) : asText(measured));
  } finally {
    await rm(runFolder, { recursive: true, force: true });
  }
}

async function measureWhereAnEngineIs(
  { named }: BenchOptions,
  plan: Plan,
  setting: Setting,
  run: Run,
): Promise<ContainerFigures | null> {
  if (await engineAnswers()) return measureContainers(plan, setting, run);
  const message = 'no container engine answers (docker version): containers can’t be measured';
  if (named) throw new Error(message);
  say(`Left out: ${message}.`);
  return null;
}

interface Measured {
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly lists: readonly ListRow[];
  readonly package: ProductFigures | null;
  readonly containers: ContainerFigures | null;
}

function asJson({ plan, ...measured }: Measured & { readonly plan: Plan }): string {
  const { rows, containers } = measured;
  const beside = containers && { ...containers, ratios: containerRatios(containers) };
  const at = new Date().toISOString();
  return JSON.stringify({ at, plan, ...measured, ratios: ratiosOf(rows), containers: beside }, null, 2);
}

function asText({ machine, rows, lists, package: product, containers }: Measured): string {
  const blocks = [
    ...(rows.length === 0 ? [] : [renderTable(rows), renderRatios(ratiosOf(rows))]),
    ...(lists.length === 0 ? [] : [renderLists(lists)]),
    ...(product === null ? [] : [renderProduct(product)]),
    ...(containers === null ? [] : [renderContainers(containers)]),
  ];
  return [describeMachine(machine), ...blocks].join('\n\n');
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) console.log(usage);
  else await measure(options, stopSignal());
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
