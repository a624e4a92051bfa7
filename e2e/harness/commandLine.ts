import { spawn, type SpawnOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * The command as `npm` links it, of the package: the vitest projects build it first. It starts in half the time that the sources
 * take.
 */
export const lmcpProgram = fileURLToPath(new URL('../../dist/for-tests/bin/lmcp.mjs', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as a user has it, in that folder and with these variables beside PATH. */
export function runLmcp(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<CommandResult> {
  const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env } };
  return runToEnd([lmcpProgram, ...args], options, input);
}

/** Runs this Node with arguments, to its end; as another user where root says so. */
export async function runToEnd(
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> = {},
  input = '',
): Promise<CommandResult> {
  const child = spawn(process.execPath, args, { ...options, stdio: 'pipe' });
  child.stdin.end(input);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
