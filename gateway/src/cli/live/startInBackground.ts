import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure } from '../exitCodes.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import type { Reach } from './request/httpRequest.ts';
import { findGateway, type Found } from './findGateway.ts';

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
  if ((await awaitGateway(() => findGateway(file, port))) !== undefined) return;
  throw new CommandFailure(
    `the gateway was started and does not answer: run lmcp serve --registry ${file.path} to see why`,
  );
}

/** Where a gateway that is starting is reached; undefined where it does not answer in time. */
export async function awaitGateway(find: () => Promise<Found>): Promise<Reach | undefined> {
  for (const end = performance.now() + patienceMs; performance.now() < end;) {
    // There may be no registry yet: a first start writes one.
    const found = await find().catch(() => undefined);
    if (found?.kind === 'running') return found.reach;
    await pause(50);
  }
  return undefined;
}
