import { spawn } from 'node:child_process';
import type { Connection } from './connection.ts';

/** The command line could not say how to reach the gateway; what is wrong is on stderr by then. */
export class NoConnectionError extends Error {
  override readonly name = 'NoConnectionError';
  readonly exitCode: number;
  constructor(exitCode: number) {
    super('the connection to the gateway is not known');
    this.exitCode = exitCode;
  }
}

/**
 * Asks the command line, in a process of its own, so that what reads registry and secrets is not kept in the memory of the bridge.
 * @param script of the command line
 * @param args of this command line, from `stdio` on
 */
export async function findConnection(script: string, args: readonly string[]): Promise<Connection> {
  const child = spawn(process.execPath, [script, ...args, '--connection'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    windowsHide: true,
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  if (code === 0 && !text.startsWith('{')) process.stdout.write(text);
  if (code !== 0 || !text.startsWith('{')) throw new NoConnectionError(code);
  return JSON.parse(text) as Connection;
}
