import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure } from '../exitCodes.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { findGateway } from './findGateway.ts';

/** A gateway that is starting is waited for; milliseconds. */
const patienceMs = 20_000;

/**
 * Starts the gateway of a registry as a process of its own, unless one runs.
 * @throws CommandFailure where it does not answer in time
 */
export async function startInBackground(file: RegistryFile, port: number | undefined): Promise<void> {
  if ((await findGateway(file, port)).kind === 'running') return;
  const script = process.argv[1] ?? '';
  const place = ['--registry', file.path, ...(port === undefined ? [] : ['--port', String(port)])];
  const child = spawn(process.execPath, [script, 'serve', '--no-open', ...place], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  });
  child.unref();
  for (const end = performance.now() + patienceMs; performance.now() < end;) {
    if ((await findGateway(file, port)).kind === 'running') return;
    await pause(50);
  }
  throw new CommandFailure(
    `the gateway was started and does not answer: run lmcp serve --registry ${file.path} to see why`,
  );
}
