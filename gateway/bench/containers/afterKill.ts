import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Setting } from '../contenders/contender.ts';
import { lmcpContainer } from '../contenders/lmcp.ts';
import { openHttpCaller } from '../load/httpCaller.ts';
import { echoImage } from './echoImage.ts';

const run = promisify(execFile);

/** Milliseconds of the call that follows when the container of a warm server was killed: it starts another. */
export async function measureAfterKill(
  count: number,
  setting: Setting,
  { say, signal }: { readonly say: (message: string) => void; readonly signal: AbortSignal },
): Promise<number[]> {
  // What is running already is not this gateway's.
  const others = new Set(await containers());
  await using gateway = await lmcpContainer.start(setting);
  const { target } = gateway;
  if (target.kind !== 'http') throw new Error('the gateway is not an HTTP server');
  const caller = await openHttpCaller(target, 'x');
  await caller.call();
  const times: number[] = [];
  for (let round = 1; round <= count; round += 1) {
    say(`Call after a kill ${round} of ${count} …`);
    signal.throwIfAborted();
    const own = (await containers()).filter((id) => !others.has(id));
    await run('docker', ['kill', ...own]);
    const began = performance.now();
    await caller.call();
    times.push(performance.now() - began);
  }
  await caller.close();
  return times;
}

/** The running echo servers. */
async function containers(): Promise<string[]> {
  const { stdout } = await run('docker', ['ps', '--quiet', '--filter', `ancestor=${echoImage}`]);
  return stdout.split('\n').filter((id) => id !== '');
}
