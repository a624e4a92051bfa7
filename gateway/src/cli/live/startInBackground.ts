import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Endpoint } from '../../endpoint.ts';
import { CommandFailure } from '../exitCodes.ts';
import type { CommandContext } from '../program.ts';
import { probe } from './liveGateway.ts';

/** A gateway that is starting is waited for; milliseconds. */
const patienceMs = 20_000;

/**
 * Starts the gateway of this registry as a process of its own, unless one runs.
 * @throws CommandFailure where it does not answer in time
 */
export async function startInBackground({ registryPath }: CommandContext, endpoint: Endpoint): Promise<void> {
  if ((await probe(endpoint)).kind === 'lmcp') return;
  const script = process.argv[1] ?? '';
  const port = ['--port', String(endpoint.port)];
  const child = spawn(process.execPath, [script, 'serve', '--no-open', '--registry', registryPath, ...port], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  });
  child.unref();
  for (const end = performance.now() + patienceMs; performance.now() < end;) {
    if ((await probe(endpoint)).kind === 'lmcp') return;
    await pause(50);
  }
  throw new CommandFailure(
    `the gateway was started and does not answer: run lmcp serve --registry ${registryPath} to see why`,
  );
}
