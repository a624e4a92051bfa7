import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOptions, usage, type BenchOptions } from './arguments.ts';
import type { Setting } from './contenders/contender.ts';
import { direct } from './contenders/direct.ts';
import { lmcp, lmcpUnaudited } from './contenders/lmcp.ts';
import { mcpProxy, supergateway } from './contenders/peers.ts';
import { busyWords, describeMachine, thisMachine } from './machine.ts';
import { measureContenders } from './measureContenders.ts';
import { ratiosOf } from './report/ratios.ts';
import { renderRatios, renderTable } from './report/table.ts';
import { fullPlan, quickPlan } from './rounds.ts';

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

async function run({ quick, json, folder }: BenchOptions, signal: AbortSignal): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error('CPU and memory are read from /proc, which only Linux has.');
  const plan = quick ? quickPlan : fullPlan;
  const machine = thisMachine();
  const warning = busyWords(machine);
  if (warning !== undefined) say(warning);
  const peersFolder = join(folder, 'peers');
  const runFolder = await mkdtemp(join(folder, 'run-'));
  try {
    const setting: Setting = { server: [process.execPath, echoServer], peersFolder, runFolder };
    const rows = await measureContenders(contenders, plan, setting, { say, signal });
    const ratios = ratiosOf(rows);
    console.log(
      json
        ? JSON.stringify({ at: new Date().toISOString(), machine, plan, rows, ratios }, null, 2)
        : [describeMachine(machine), renderTable(rows), renderRatios(ratios)].join('\n\n'),
    );
  } finally {
    await rm(runFolder, { recursive: true, force: true });
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) console.log(usage);
  else await run(options, stopSignal());
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
