import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../load/job.ts';
import { stopTree } from '../processes/stopTree.ts';
import { treeUsage } from '../processes/usage.ts';
import type { RunningContender, Setting } from './contender.ts';

/** How a gateway is started: arguments to this same Node, and where it then listens. */
export interface Launch {
  readonly name: string;
  readonly nodeArgs: readonly string[];
  readonly port: number;
  readonly target: Target;
  /** Whether it can be used; where nothing is said, whether it accepts connections. */
  readonly isReady?: (port: number) => Promise<boolean>;
}

interface Launched extends RunningContender {
  /** Milliseconds from starting it until it was ready. */
  readonly readyMs: number;
}

const startMs = 30_000;
const pollMs = 5;
/** How much of what the process said on its outputs is kept for the message when it fails. */
const keptOutput = 4000;

/** Starts a gateway on loopback and waits until it is ready. @throws Error when it ends or takes too long. */
export async function launch(plan: Launch, setting: Setting): Promise<Launched> {
  const began = performance.now();
  const child = spawn(process.execPath, plan.nodeArgs, {
    cwd: setting.runFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${plan.name} could not be started.`);
  let output = '';
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-keptOutput));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = (): Promise<void> => stopTree(pid);
  try {
    await untilReady(plan, () => child.exitCode === null && child.signalCode === null);
  } catch (error) {
    await stop();
    throw new Error(`${plan.name}: ${(error as Error).message} It said:\n${output}`, { cause: error });
  }
  return {
    readyMs: performance.now() - began,
    target: plan.target,
    usage: () => treeUsage(pid, setting.server),
    [Symbol.asyncDispose]: stop,
  };
}

async function untilReady({ port, isReady = accepts }: Launch, runs: () => boolean): Promise<void> {
  const end = performance.now() + startMs;
  while (performance.now() < end) {
    if (!runs()) throw new Error('ended before it listened.');
    if (await isReady(port)) return;
    await sleep(pollMs);
  }
  throw new Error(`did not listen on port ${port} within ${startMs / 1000} s.`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
