import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const context = fileURLToPath(new URL('..', import.meta.url));
const dockerfile = fileURLToPath(new URL('Dockerfile', import.meta.url));

/** The echo server as an image. */
export const echoImage = 'lmcp-bench-echo:local';

/** Whether Docker's command reaches an engine. */
export async function engineAnswers(): Promise<boolean> {
  return run('docker', ['version', '--format', '{{.Server.Version}}']).then(
    () => true,
    () => false,
  );
}

/** @throws Error with what the build said */
export async function buildEchoImage(): Promise<void> {
  await run('docker', ['build', '--quiet', '--tag', echoImage, '--file', dockerfile, context]);
}
