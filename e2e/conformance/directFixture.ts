import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort, root, until } from '../harness/gateway.ts';

export interface RunningFixture {
  readonly url: string;
  stop(): void;
}

export const conformanceServer = join(root, 'e2e/fixtures/conformance/conformance-server.ts');

export const tasksServer = join(root, 'e2e/fixtures/conformance/tasks-server.ts');

/** The fixture over HTTP, as a process of its own. */
export function startFixture(...options: readonly string[]): Promise<RunningFixture> {
  return startOverHttp(conformanceServer, ...options);
}

export async function startOverHttp(script: string, ...options: readonly string[]): Promise<RunningFixture> {
  const port = await freePort();
  const child = spawn(process.execPath, [script, '--http', String(port), ...options], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}/mcp`;
  await until('the fixture answers', async () => (await fetch(url).catch(() => undefined)) !== undefined);
  return { url, stop: () => child.kill() };
}
